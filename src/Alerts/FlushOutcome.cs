namespace Vigil.Alerts;

/// <summary>What became of a batch.</summary>
public enum FlushOutcome
{
    /// <summary>Its rows and the cursor are committed.</summary>
    Flushed,

    /// <summary>
    /// Somebody else owns the partition, or the stored cursor is not the expected one: nothing was written. Drop the batch and the
    /// partition's state.
    /// </summary>
    Fenced,
}
