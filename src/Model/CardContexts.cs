using Vigil.Features;

namespace Vigil.Model;

/// <summary>The newest transactions of each of a partition's cards, as a model reads them. Used by one thread.</summary>
sealed class CardContexts
{
    readonly int _context;
    readonly Action<CardTokens>? _forget;
    readonly RowNormaliser _rows;
    readonly StateStore<CardTokens> _cards = new();
    readonly StateStoreSnapshot<CardTokens> _snapshot;
    readonly float[] _standardised = new float[FeatureList.Numeric.Count];

    /// <summary>No card is known yet.</summary>
    /// <param name="normalisation">How numbers are read.</param>
    /// <param name="context">How many transactions of each card are kept, more than 0.</param>
    /// <param name="forget">Told of what is kept of a card that is forgotten; null: nobody is, which is the default.</param>
    internal CardContexts(Normalisation normalisation, int context, Action<CardTokens>? forget = null)
    {
        (_context, _forget, _rows) = (context, forget, new(normalisation));
        _snapshot = new(_cards, SnapshotSection.Tokens, CardTokens.Save, Restore);
    }

    /// <summary>Bytes of the tokens, without what the store and objects take themselves.</summary>
    internal long Bytes { get; private set; }

    /// <summary>A transaction's numbers as the model reads them; overwritten by the next.</summary>
    internal ReadOnlySpan<float> Read(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        _rows.Read(features.Numeric, _standardised);
        return _standardised;
    }

    /// <summary>
    /// Remembers a transaction, and forgets the cards that it says are forgotten. Allocates for new cards, and where a card's room doubles, only.
    /// </summary>
    /// <returns>Its card's, the newest last.</returns>
    internal CardTokens Append(FeatureVector features)
    {
        var card = Open(features);
        Add(card, features);
        return card;
    }

    /// <summary>The first half of <see cref="Append"/>: the transaction's card as it is before it, and those forgotten that it says are forgotten.</summary>
    internal CardTokens Open(FeatureVector features)
    {
        ArgumentNullException.ThrowIfNull(features);
        foreach (var forgotten in features.Forgotten)
        {
            if (!_cards.Remove(forgotten, out var tokens)) continue;
            _forget?.Invoke(tokens!);
            Bytes -= tokens!.Bytes;
        }
        return _cards.Open(features.Card) ??= new(_context);
    }

    /// <summary>The second half: remembers it.</summary>
    internal void Add(CardTokens card, FeatureVector features)
    {
        long bytes = card.Bytes;
        card.Add(features, Read(features));
        Bytes += card.Bytes - bytes;
    }

    /// <summary>As in <see cref="IFraudScorer.BeginCopy"/>.</summary>
    internal void BeginCopy(Action<SnapshotBlock> take, long idleBefore) => _snapshot.BeginCopy(take, card => card.Latest < idleBefore);

    /// <summary>As in <see cref="IFraudScorer.CopyNext"/>.</summary>
    internal bool CopyNext() => _snapshot.CopyNext();

    /// <summary>As in <see cref="IFraudScorer.EndCopy"/>.</summary>
    internal void EndCopy() => _snapshot.EndCopy();

    /// <summary>As in <see cref="IFraudScorer.Restore"/>.</summary>
    internal void Restore(StateReader block) => _snapshot.Restore(block);

    CardTokens Restore(UInt128 _, StateReader reader)
    {
        var card = CardTokens.Restore(reader, _context);
        Bytes += card.Bytes;
        return card;
    }
}
