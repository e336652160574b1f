namespace Vigil.Model;

/// <summary>A transaction to score.</summary>
/// <param name="Card">Whose it is.</param>
/// <param name="Index">Which of the card's.</param>
/// <param name="Share">Whom the card's pages count for.</param>
readonly record struct PagedItem(CardTokens Card, long Index, PagedShare Share);

/// <summary>What came of it.</summary>
/// <param name="Logit">Finite.</param>
/// <param name="IsFallback">Whether its features alone gave it, because the encoder gave no number.</param>
/// <param name="Found">In what state it found its card's pages: one count.</param>
readonly record struct PagedScore(float Logit, bool IsFallback, CacheUse Found);
