using System.ComponentModel.DataAnnotations;

namespace Vigil;

/// <summary>What the pipeline itself is told; the stages have options of their own.</summary>
public sealed class ScoringOptions
{
    /// <summary>Folder of the checkpoint that scores. The default is the one that ships with Vigil.</summary>
    [Required]
    public string Checkpoint { get; init; } = Path.Combine(AppContext.BaseDirectory, "models", "r1-tiny");

    /// <summary>
    /// Records stamped before this moment are history: they build the cards' histories and are not scored. The default is none, so that
    /// everything is scored. Set it at the first start on a topic that already holds months of transactions.
    /// </summary>
    public DateTimeOffset? ScoreFrom { get; init; }

    /// <summary>How many records may be scored before their alerts and the cursors are flushed. The default is 2048; 1 to 65536.</summary>
    [Range(1, 65_536)]
    public int MaxFlushRecords { get; init; } = 2048;
}
