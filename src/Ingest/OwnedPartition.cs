namespace Vigil.Ingest;

/// <summary>A partition that is assigned to this member, as the consumer's thread keeps it.</summary>
/// <param name="number">Its number.</param>
/// <param name="low">The broker's first offset when it was assigned.</param>
sealed class OwnedPartition(int number, long low)
{
    internal int Number => number;

    internal long Low => low;

    /// <summary>Set by the pipeline.</summary>
    internal TaskCompletionSource<long> Start { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it has been moved to its start, so that its records are the ones that are wanted.</summary>
    internal bool IsLive { get; set; }

    /// <summary>Whether the client was told to pause it.</summary>
    internal bool IsPaused { get; set; }

    /// <summary>Records read and not yet emitted.</summary>
    internal List<ConsumedRecord> Batch { get; set; } = [];
}
