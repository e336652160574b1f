namespace Vigil.Ingest;

/// <summary>A partition that is assigned to this member, as the consumer's thread keeps it.</summary>
/// <param name="number">Its number.</param>
sealed class OwnedPartition(int number)
{
    internal int Number => number;

    /// <summary>The broker's first offset when it was assigned; null until the broker has told it, and the pipeline does not know of the partition.</summary>
    internal long? Low { get; set; }

    /// <summary>Set by the pipeline.</summary>
    internal TaskCompletionSource<long> Start { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it has been moved to its start, so that its records are the ones that are wanted.</summary>
    internal bool IsLive { get; set; }

    /// <summary>Whether the client was told to pause it.</summary>
    internal bool IsPaused { get; set; }

    /// <summary>Records read and not yet emitted.</summary>
    internal List<ConsumedRecord> Batch { get; set; } = [];
}
