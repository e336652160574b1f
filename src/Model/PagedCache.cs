using TorchSharp;
using static TorchSharp.torch;

namespace Vigil.Model;

/// <summary>
/// Cards' latents on a device, within a budget of bytes: of each layer one tensor, cut into pages of a block's transactions, and one with the pages' two
/// summaries each (<see cref="PastTree"/> has two nodes a block). A card's pages may lie anywhere (after vLLM's, https://arxiv.org/abs/2309.06180), so none is
/// moved when a card grows and no room is lost between cards. Cards used least recently give all of their pages back.
/// </summary>
/// <remarks>Page 0 is nobody's and holds zeros: what a table has no page for points there. The last ones are for <see cref="Fork"/>.</remarks>
sealed class PagedCache : IDisposable
{
    /// <summary>Transactions in a page where attention is dense.</summary>
    const int DensePage = 16;

    /// <summary>Contexts that can be forked at once; each may need two pages.</summary>
    internal const int MostForks = 16;

    static readonly Scalar _zero = 0;

    readonly int _perPlace;
    readonly long _pageBytes;
    readonly Stack<int> _free = [];
    readonly LinkedList<PagedCard> _cards = new(); // the least recently used first
    readonly List<long> _taken = []; // since the last round began
    int _round;

    internal PagedCache(EncoderConfig config, long budget, Device device, ScalarType type)
    {
        (Page, Device, _perPlace) = (PageOf(config), device, config.CachedPerPlace);
        PagesPerCard = PagesOf(config);
        _pageBytes = PageBytes(config, type);
        Pages = (int)Math.Clamp((budget / _pageBytes) - (2 * MostForks), PagesPerCard, int.MaxValue / 2);
        int all = 1 + Pages + (2 * MostForks);
        Keys = [.. Enumerable.Range(0, config.Layers).Select(_ => zeros([all, Page, _perPlace], type, device).DetachFromDisposeScope())];
        Summaries = [.. Enumerable.Range(0, config.Layers)
            .Select(_ => zeros([config.Sparse is null ? 0 : 2 * all, _perPlace], type, device).DetachFromDisposeScope())];
        for (int page = Pages; page > 0; page--) _free.Push(page);
    }

    internal Device Device { get; }

    /// <summary>Transactions in a page, L: a block's.</summary>
    internal int Page { get; }

    /// <summary>Pages that cards can have, all together.</summary>
    internal int Pages { get; }

    /// <summary>The pages of a whole context, M.</summary>
    internal int PagesPerCard { get; }

    /// <summary>Bytes of the pages that cards have.</summary>
    internal long Used => (Pages - _free.Count) * _pageBytes;

    /// <summary>Each layer's keys, (pages, L, E).</summary>
    internal IReadOnlyList<Tensor> Keys { get; }

    /// <summary>Each layer's summaries, (2 · pages, E); none where attention is dense.</summary>
    internal IReadOnlyList<Tensor> Summaries { get; }

    /// <summary>How many whole contexts a GiB holds.</summary>
    internal static double CardsPerGiB(EncoderConfig config, ScalarType type) => Math.Floor((1L << 30) / ((double)PageBytes(config, type) * PagesOf(config)));

    /// <summary>Begins a round: what it opens stays until the next one.</summary>
    internal void Begin()
    {
        _taken.Clear();
        _round++;
    }

    /// <summary>A card with room for so many places, from a transaction on; what another segment wrote is gone.</summary>
    /// <returns>Null where this round has no room left; the first of a round always has.</returns>
    internal PagedCard? TryOpen(CardTokens tokens, PagedShare share, long start, int places)
    {
        var card = tokens.Pages ??= new(tokens, share, Page);
        if (card.Node.List is not null) _cards.Remove(card.Node);
        _cards.AddLast(card.Node);
        card.Round = _round;
        if (card.Start != start) GiveBack(card);
        card.Start = start;
        int missing = Math.Max(0, ((places + Page - 1) / Page) - card.Pages.Count);
        while (_free.Count < missing && _cards.First!.Value is { } oldest && oldest.Round != _round) Release(oldest.Tokens);
        if (_free.Count < missing) return null;
        for (int i = 0; i < missing; i++)
        {
            card.Pages.Add(_free.Pop());
            _taken.Add(card.Pages[^1]);
        }
        share.Bytes += missing * _pageBytes;
        return card;
    }

    /// <summary>
    /// Empties the pages that the round has taken: they hold other cards' numbers, and what is no number would not be silenced by a weight of 0.
    /// </summary>
    internal void ClearTaken()
    {
        if (_taken.Count == 0) return;
        var taken = tensor(_taken.ToArray(), device: Device);
        foreach (var keys in Keys) keys.index_fill_(0, taken, _zero);
        if (Summaries[0].shape[0] == 0) return;
        var nodes = tensor(_taken.SelectMany(page => (long[])[2 * page, (2 * page) + 1]).ToArray(), device: Device);
        foreach (var summaries in Summaries) summaries.index_fill_(0, nodes, _zero);
    }

    /// <summary>
    /// Contexts that share a card's pages but for those from some place on, of which each has a copy of its own: what is written there changes no other. The
    /// next forks take the copies over.
    /// </summary>
    /// <param name="card">Whose pages reach the last place.</param>
    /// <param name="from">The first place of each that is to change, at most a page before the last; at most <see cref="MostForks"/>.</param>
    /// <param name="last">The last place.</param>
    internal List<PagedCard> Fork(PagedCard card, IReadOnlyList<int> from, int last)
    {
        var (forks, source, copies) = (new List<PagedCard>(), new List<long>(), new List<long>());
        foreach (int first in from)
        {
            var fork = new PagedCard(card.Tokens, card.Share, Page) { Start = card.Start };
            fork.Pages.AddRange(card.Pages[..((last / Page) + 1)]);
            for (int i = first / Page; i <= last / Page; i++)
            {
                source.Add(card.Pages[i]);
                copies.Add(fork.Pages[i] = 1 + Pages + copies.Count);
            }
            forks.Add(fork);
        }
        Tensor read = tensor(source.ToArray(), device: Device), write = tensor(copies.ToArray(), device: Device);
        foreach (var keys in Keys) keys.index_copy_(0, write, keys.index_select(0, read));
        return forks;
    }

    /// <summary>Takes a card's pages back, where it has any.</summary>
    internal void Release(CardTokens tokens)
    {
        if (tokens.Pages is not { } card) return;
        GiveBack(card);
        _cards.Remove(card.Node);
        tokens.Pages = null;
    }

    public void Dispose()
    {
        foreach (var numbers in Keys.Concat(Summaries)) numbers.Dispose();
    }

    void GiveBack(PagedCard card)
    {
        foreach (int page in card.Pages) _free.Push(page);
        card.Share.Bytes -= card.Pages.Count * _pageBytes;
        card.Pages.Clear();
        card.Written = 0;
    }

    /// <summary>Transactions in a page.</summary>
    internal static int PageOf(EncoderConfig config) => config.Sparse?.Block ?? DensePage;

    static int PagesOf(EncoderConfig config) => (config.Context + PageOf(config) - 1) / PageOf(config);

    /// <summary>Bytes of a page in all layers.</summary>
    internal static long PageBytes(EncoderConfig config, ScalarType type) =>
        (type == ScalarType.BFloat16 ? 2L : 4L) * config.Layers * config.CachedPerPlace * (PageOf(config) + (config.Sparse is null ? 0 : 2));
}
