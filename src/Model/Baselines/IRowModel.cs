namespace Vigil.Model.Baselines;

/// <summary>What a baseline has learnt: from a row of <see cref="BaselineColumns"/> to a score. It remembers nothing, so threads may share it.</summary>
interface IRowModel
{
    FraudScore Score(ReadOnlySpan<float> row);
}
