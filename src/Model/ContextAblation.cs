using Vigil.Features;

namespace Vigil.Model;

/// <summary>
/// The context of a card's newest transaction with parts of it taken away, to see what they did to its score: a group of its features or a category, which
/// become what is usual for the card, or one of the card's transactions before it, which is dropped as if it had never been.
/// </summary>
/// <remarks>What a part did to others' features stays: the velocity that an earlier transaction gave to the newest is the newest's own feature.</remarks>
sealed class ContextAblation
{
    /// <summary>So many of the transactions before the newest can be dropped: a burst's. Each costs as many steps as lie between it and the newest.</summary>
    internal const int MostEarlier = 4;

    readonly Func<Token, int, float>? _logit;
    readonly Action<Token, int>? _remember;
    readonly Func<IReadOnlyList<ContextVariant>, float[]>? _logits;
    readonly CardTokens _card;
    readonly long _start;
    readonly int _place;
    int _changedFrom; // The cache's places from here on are not as they were.

    /// <summary>Nothing is taken away yet.</summary>
    /// <param name="card">The card.</param>
    /// <param name="start">Its transaction at place 0 of the context.</param>
    /// <param name="place">Of the newest transaction.</param>
    /// <param name="droppable">So many of the transactions before the newest can be dropped, at most <see cref="MostEarlier"/>.</param>
    /// <param name="logit">The model's logit of the newest transaction, at a place after those that were remembered.</param>
    /// <param name="remember">Puts a transaction into a place that later ones see; null where the model reads no earlier ones.</param>
    internal ContextAblation(CardTokens card, long start, int place, int droppable, Func<Token, int, float> logit, Action<Token, int>? remember = null)
        : this(card, start, place, droppable)
    {
        (_logit, _remember) = (logit, remember);
    }

    /// <summary>The same, of a model that takes many variants at once and leaves the context as it is.</summary>
    /// <param name="card">The card.</param>
    /// <param name="start">Its transaction at place 0 of the context.</param>
    /// <param name="place">Of the newest transaction.</param>
    /// <param name="droppable">So many of the transactions before the newest can be dropped, at most <see cref="MostEarlier"/>.</param>
    /// <param name="logits">The model's logit of each variant's newest transaction.</param>
    internal ContextAblation(CardTokens card, long start, int place, int droppable, Func<IReadOnlyList<ContextVariant>, float[]> logits)
        : this(card, start, place, droppable)
    {
        _logits = logits;
    }

    ContextAblation(CardTokens card, long start, int place, int droppable)
    {
        (_card, _start, _place, _changedFrom) = (card, start, place, place);
        Usual = MeanBefore();
        Common = [.. Enumerable.Range(0, FeatureList.Categorical.Count).Select(CommonestBefore)];
        Parts = [.. PartsOf(droppable)];
    }

    /// <summary>The newest transaction.</summary>
    internal Token Newest => _card[_start + _place];

    /// <summary>The mean of the context's earlier transactions, standardised; the training rows' mean, 0, where there are none.</summary>
    internal float[] Usual { get; }

    /// <summary>The commonest category of the context's earlier transactions, the lowest of equals; the newest's own where there are none.</summary>
    internal int[] Common { get; }

    /// <summary>What can be taken away and would change something; earlier transactions come last, newest first, which is the cheapest order.</summary>
    internal IReadOnlyList<ContextPart> Parts { get; }

    /// <summary>Seconds from one of the transactions before the newest to it.</summary>
    internal double SecondsSince(int back) => (Newest.Time - _card[_start + _place - back].Time) / 1e6;

    /// <summary>Mean seconds between two transactions of the context; 0 where there is one.</summary>
    internal double UsualSeconds => _place == 0 ? 0 : SecondsSince(_place) / _place;

    /// <summary>The newest transaction's logit without some parts. To be followed by <see cref="Restore"/> in the end.</summary>
    internal float LogitWithout(params ReadOnlySpan<ContextPart> parts)
    {
        var variant = Without(parts);
        if (_logits is not null) return _logits([variant])[0];
        int at = variant.From;
        Write(_changedFrom, at);
        _changedFrom = at;
        foreach (long index in variant.Earlier) _remember?.Invoke(_card[index], at++);
        return _logit!(variant.Newest, at);
    }

    /// <summary>The newest transaction's logits without each of some parts alone, in their order. To be followed by <see cref="Restore"/> in the end.</summary>
    internal float[] LogitsWithoutEach(IReadOnlyList<ContextPart> parts) =>
        _logits is null ? [.. parts.Select(part => LogitWithout(part))] : _logits([.. parts.Select(part => Without(part))]);

    /// <summary>Leaves what the model remembers as it was, bit for bit.</summary>
    internal void Restore()
    {
        Write(_changedFrom, _place + 1);
        _changedFrom = _place;
    }

    /// <summary>Puts the card's own transactions into the places from one to before another.</summary>
    void Write(int from, int to)
    {
        for (int place = from; place < to; place++) _remember?.Invoke(_card[_start + place], place);
    }

    ContextVariant Without(params ReadOnlySpan<ContextPart> parts)
    {
        var (from, numeric, categorical) = (_place, Newest.Numeric.ToArray(), Newest.Categorical.ToArray());
        Span<bool> isDropped = stackalloc bool[MostEarlier + 1];
        foreach (var part in parts)
        {
            if (part.Kind == ContextPartKind.Group)
                foreach (int feature in ReasonGroup.All[part.Index].Features) numeric[feature] = Usual[feature];
            else if (part.Kind == ContextPartKind.Category) categorical[part.Index] = Common[part.Index];
            else (isDropped[part.Index], from) = (true, Math.Min(from, _place - part.Index));
        }
        var earlier = new List<long>();
        for (int place = from; place < _place; place++)
            if (!isDropped[_place - place]) earlier.Add(_start + place);
        return new(from, earlier, numeric, categorical, Newest.Time);
    }

    IEnumerable<ContextPart> PartsOf(int droppable)
    {
        for (int i = 0; i < ReasonGroup.All.Count; i++) yield return new(ContextPartKind.Group, i);
        for (int i = 0; i < Common.Length; i++)
            if (Common[i] != Newest.Categorical[i]) yield return new(ContextPartKind.Category, i);
        for (int back = 1; back <= Math.Min(_place, droppable); back++) yield return new(ContextPartKind.Earlier, back);
    }

    float[] MeanBefore()
    {
        float[] mean = new float[FeatureList.Numeric.Count];
        for (int place = 0; place < _place; place++)
        {
            var earlier = _card[_start + place].Numeric;
            for (int i = 0; i < mean.Length; i++) mean[i] += earlier[i] / _place;
        }
        return mean;
    }

    int CommonestBefore(int feature) => Enumerable.Range(0, _place)
        .Select(place => _card[_start + place].Categorical[feature])
        .GroupBy(category => category)
        .OrderByDescending(group => group.Count()).ThenBy(group => group.Key)
        .Select(group => group.Key)
        .FirstOrDefault(Newest.Categorical[feature]);
}

/// <summary>What a part of a context is.</summary>
enum ContextPartKind
{
    /// <summary>A group of the newest transaction's numeric features; its index is that of <see cref="ReasonGroup.All"/>.</summary>
    Group,

    /// <summary>A categorical feature of it; its index is that of <see cref="FeatureList.Categorical"/>.</summary>
    Category,

    /// <summary>A transaction before it; its index says how many before, from 1.</summary>
    Earlier,
}

/// <summary>A part of a context that can be taken away.</summary>
readonly record struct ContextPart(ContextPartKind Kind, int Index);

/// <summary>A context that a part was taken away from.</summary>
/// <param name="From">Its first place that is not as it was.</param>
/// <param name="Earlier">The card's transactions from there on, by index.</param>
/// <param name="Numeric">The newest, which comes after them: standardised.</param>
/// <param name="Categorical">Its categories.</param>
/// <param name="Time">Its event time in microseconds.</param>
sealed record ContextVariant(int From, IReadOnlyList<long> Earlier, float[] Numeric, int[] Categorical, long Time)
{
    internal Token Newest => new(Numeric, Categorical, Time);
}
