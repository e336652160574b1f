using Vigil.Ingest;

namespace Vigil.Backtest;

/// <summary>A test transaction with its score and what it turned out to be.</summary>
/// <param name="TransactionId">The transaction.</param>
/// <param name="Card">The 128-bit hash of its card's token.</param>
/// <param name="EventTime">When it took place.</param>
/// <param name="Score">The probability of fraud, 0 to 1.</param>
/// <param name="Fraud">What it turned out to be.</param>
public readonly record struct ScoredTransaction(string TransactionId, UInt128 Card, Instant EventTime, float Score, bool Fraud);
