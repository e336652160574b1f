namespace Vigil.Model;

/// <summary>Where a training goes on after it was killed.</summary>
sealed record TrainingPosition
{
    public TrainingStage Stage { get; init; }

    /// <summary>From 1.</summary>
    public int Epoch { get; init; } = 1;

    /// <summary>Batches done in this epoch.</summary>
    public int Batch { get; init; }

    /// <summary>Of this epoch's rows so far.</summary>
    public double LossSum { get; init; }

    /// <summary>Of this epoch so far.</summary>
    public long Rows { get; init; }

    /// <summary>The newest validation figure.</summary>
    public double? Figure { get; init; }

    public double? Best { get; init; }

    /// <summary>Epochs since the best figure.</summary>
    public int Since { get; init; }

    /// <summary>Spent on this stage.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Whether an epoch ended before this position.</summary>
    internal bool IsPast(TrainingStage stage, int epoch) => (stage, epoch).CompareTo((Stage, Epoch)) < 0;
}
