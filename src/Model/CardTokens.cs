using Vigil.Features;

namespace Vigil.Model;

/// <summary>The newest two segments of a card's transactions, as the encoder reads them: all that its cache can be rebuilt from.</summary>
sealed class CardTokens(int context)
{
    static readonly int _numericWidth = FeatureList.Numeric.Count, _categoricalWidth = FeatureList.Categorical.Count;

    float[] _numeric = [];
    int[] _categorical = [];
    long[] _times = [];

    /// <summary>Transactions so far; the ring holds the last <c>context</c> of them.</summary>
    internal long Count { get; private set; }

    /// <summary>Time of the newest, in microseconds; null where there is none.</summary>
    internal long? Latest => Count == 0 ? null : this[Count - 1].Time;

    /// <summary>Bytes of its arrays.</summary>
    internal long Bytes => _times.Length * ((sizeof(float) * _numericWidth) + (sizeof(int) * _categoricalWidth) + sizeof(long));

    /// <summary>Null where it was evicted, or never needed.</summary>
    internal CardCache? Cache { get; set; }

    /// <summary>The same on a device of the tensor library.</summary>
    internal PagedCard? Pages { get; set; }

    /// <summary>The card's i-th transaction, one of the last two segments'.</summary>
    internal Token this[long index]
    {
        get
        {
            int at = (int)(index % context);
            return new(Numeric(at), _categorical.AsSpan(at * _categoricalWidth, _categoricalWidth), _times[at]);
        }
    }

    internal void Add(FeatureVector features, ReadOnlySpan<float> standardised)
    {
        int at = (int)(Count % context);
        if (at >= _times.Length) Grow();
        standardised.CopyTo(Numeric(at));
        features.Categorical.CopyTo(_categorical, at * _categoricalWidth);
        _times[at] = features.EventTimeMicroseconds;
        Count++;
    }

    /// <summary>Writes the ring as it is; the cache is left out, for it can be rebuilt.</summary>
    internal static void Save(StateWriter writer, CardTokens card)
    {
        int held = (int)Math.Min(card.Count, card._times.Length);
        writer.Write(card.Count);
        writer.Write<float>(card._numeric.AsSpan(0, held * _numericWidth));
        writer.Write<int>(card._categorical.AsSpan(0, held * _categoricalWidth));
        writer.Write<long>(card._times.AsSpan(0, held));
    }

    /// <summary>Reads what <see cref="Save"/> has written.</summary>
    internal static CardTokens Restore(StateReader reader, int context)
    {
        long count = reader.Read<long>();
        int held = (int)Math.Clamp(count, 0, context);
        var card = new CardTokens(context)
        {
            Count = count,
            _numeric = new float[held * _numericWidth],
            _categorical = new int[held * _categoricalWidth],
            _times = new long[held],
        };
        reader.Read<float>(card._numeric);
        reader.Read<int>(card._categorical);
        reader.Read<long>(card._times);
        return card;
    }

    Span<float> Numeric(int at) => _numeric.AsSpan(at * _numericWidth, _numericWidth);

    void Grow()
    {
        int length = Math.Min(context, Math.Max(4, 2 * _times.Length));
        Array.Resize(ref _numeric, length * _numericWidth);
        Array.Resize(ref _categorical, length * _categoricalWidth);
        Array.Resize(ref _times, length);
    }
}
