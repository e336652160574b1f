using Vigil.Features;

namespace Vigil.Model;

/// <summary>One segment of one card's transactions, as a training keeps them.</summary>
sealed class TrainingSegment(int length)
{
    /// <summary>Bent, not yet standardised: [transaction][numeric feature].</summary>
    internal float[] Numeric { get; } = new float[length * FeatureList.Numeric.Count];

    /// <summary>[transaction][categorical feature].</summary>
    internal int[] Categorical { get; } = new int[length * FeatureList.Categorical.Count];

    internal long[] Times { get; } = new long[length];

    internal RowRole[] Roles { get; } = new RowRole[length];

    internal bool[] Frauds { get; } = new bool[length];

    /// <summary>The probability of fraud that a teacher gives an unlabelled row; 0 where none has been asked.</summary>
    internal float[] Taught { get; } = new float[length];

    /// <summary>Where a validation row's score belongs.</summary>
    internal int[] ValidateIndex { get; } = new int[length];

    internal int Count { get; private set; }

    internal bool Has(RowRole role) => Roles.AsSpan(0, Count).Contains(role);

    internal void Add(FeatureVector features, RowRole role, bool fraud, int validateIndex)
    {
        Normalisation.BendRow(features.Numeric, Numeric.AsSpan(Count * FeatureList.Numeric.Count));
        features.Categorical.CopyTo(Categorical, Count * FeatureList.Categorical.Count);
        Times[Count] = features.EventTimeMicroseconds;
        Roles[Count] = role;
        Frauds[Count] = fraud;
        ValidateIndex[Count] = validateIndex;
        Count++;
    }

    internal ReadOnlyMemory<float> NumericOf(int row) => Numeric.AsMemory(row * FeatureList.Numeric.Count, FeatureList.Numeric.Count);

    internal ReadOnlyMemory<int> CategoricalOf(int row) => Categorical.AsMemory(row * FeatureList.Categorical.Count, FeatureList.Categorical.Count);

    /// <summary>Hides the newest transaction's features that the model is trained without.</summary>
    internal void Hide(FeatureMask mask)
    {
        int numeric = FeatureList.Numeric.Count, categorical = FeatureList.Categorical.Count;
        mask.Hide(Numeric.AsSpan((Count - 1) * numeric, numeric), Categorical.AsSpan((Count - 1) * categorical, categorical));
    }
}

/// <summary>What the encoder reads for the rows of <paramref name="Own"/>: their segment, after the newest of the whole segment before it.</summary>
readonly record struct TrainingWindow(TrainingSegment? Previous, TrainingSegment Own)
{
    internal int Length(int memory) => (Previous is null ? 0 : memory) + Own.Count;
}
