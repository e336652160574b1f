using System.ComponentModel.DataAnnotations;

namespace Vigil.Api;

/// <summary>The synchronous API, <c>POST /v1/score</c>. It is off while there is no key.</summary>
public sealed class ApiOptions : IValidatableObject
{
    /// <summary>Who may ask: a name for each caller, and the SHA-256 of its key as 64 hexadecimal digits. The default is nobody.</summary>
    public Dictionary<string, string> Keys { get; } = [];

    /// <summary>A file of further keys, one a line as NAME=SHA256; lines that begin with # are passed over.</summary>
    public string? KeysFile { get; init; }

    /// <summary>Whether there is a key, and so an API.</summary>
    public bool IsOn => Keys.Count > 0 || !string.IsNullOrEmpty(KeysFile);

    /// <summary>
    /// How long after its arrival a request is answered at the latest, with <c>unscored</c> for what has no score by then. The default is 100 milliseconds;
    /// 1 millisecond to 10 seconds. A request may say another in the header <c>Deadline-Ms</c>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:10")]
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many transactions may wait for their score, and how many for Kafka, before requests are refused. The default is 1024; 1 to 65536.</summary>
    [Range(1, 65_536)]
    public int MaxPending { get; init; } = 1024;

    /// <summary>The most transactions of one batch. The default is 100; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxBatch { get; init; } = 100;

    /// <summary>The largest request in bytes. The default is 256 KiB; 1 KiB to 1 MiB.</summary>
    [Range(1024, 1 << 20)]
    public int MaxRequestBytes { get; init; } = 256 << 10;

    /// <summary>
    /// How many transactions a second a key may ask for, and how many at once after a pause. The default is 1000; from MaxBatch to 1,000,000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int TransactionsPerSecond { get; init; } = 1000;

    /// <summary>
    /// How many transactions' scores are remembered for repeated requests, the newest. The default is 65536; from <see cref="MaxPending"/> on.
    /// </summary>
    [Range(1, 10_000_000)]
    public int RememberedScores { get; init; } = 65_536;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RememberedScores < MaxPending)
            yield return new($"must be at least MaxPending, {MaxPending}", [nameof(RememberedScores)]);
        if (TransactionsPerSecond < MaxBatch)
            yield return new($"must be at least MaxBatch, {MaxBatch}, or no full batch is ever let in", [nameof(TransactionsPerSecond)]);
    }
}
