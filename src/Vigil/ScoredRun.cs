using Vigil.Alerts;
using Vigil.Ingest;
using Vigil.Model;

namespace Vigil;

/// <summary>What one partition's records have given since the last flush.</summary>
sealed class ScoredRun
{
    /// <summary>Records that were remembered without a score.</summary>
    internal int Observed { get; set; }

    /// <summary>Records whose transaction had come before: neither scored nor remembered again.</summary>
    internal int Repeated { get; set; }

    /// <summary>Scores by the transaction's features alone: see <see cref="FraudScore.IsFallback"/>.</summary>
    internal int Fallbacks { get; set; }

    /// <summary>In what state the scores found their cards' caches.</summary>
    internal CacheUse CacheUse { get; set; }

    /// <summary>Records that the overload policy left unscored.</summary>
    internal int Unscored { get; set; }

    /// <summary>Of the scored, those that the overload policy judged by their features alone.</summary>
    internal int Judged { get; set; }

    /// <summary>When each scored transaction was appended to Kafka.</summary>
    internal List<Instant> Appended { get; } = [];

    internal List<Alert> Alerts { get; } = [];

    internal List<DeadLetter> DeadLetters { get; } = [];
}
