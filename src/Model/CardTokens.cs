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

    /// <summary>Null where it was evicted, or never needed.</summary>
    internal CardCache? Cache { get; set; }

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

    Span<float> Numeric(int at) => _numeric.AsSpan(at * _numericWidth, _numericWidth);

    void Grow()
    {
        int length = Math.Min(context, Math.Max(4, 2 * _times.Length));
        Array.Resize(ref _numeric, length * _numericWidth);
        Array.Resize(ref _categorical, length * _categoricalWidth);
        Array.Resize(ref _times, length);
    }
}
