namespace Vigil.Model.Baselines;

/// <summary>One transaction as the learning library reads it; its members are columns.</summary>
sealed class BaselineRow
{
    /// <summary>Bent numbers, without those that the model is trained without.</summary>
    public float[] Numeric { get; init; } = [];

    /// <summary>Categories, likewise.</summary>
    public float[] Categorical { get; init; } = [];

    public bool Fraud { get; init; }
}

/// <summary>What the learning library makes of a row.</summary>
sealed class BaselineOutput
{
    public float Probability { get; set; }
}
