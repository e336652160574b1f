namespace Vigil.Features;

/// <summary>
/// When and how much a card paid, and what the windows need to know when they forget it, in 16 bytes side by side: what leaves a window costs one line of
/// memory.
/// </summary>
/// <param name="added">The transaction.</param>
struct CardPayment(in CardEvent added)
{
    const int AmountBits = 48; // Amounts are at most 2^47.
    const long Declined = 1L << AmountBits;

    /// <summary>Of a transaction after which another was at the same merchant.</summary>
    internal const long MerchantAgain = 2L << AmountBits;

    /// <summary>Of a transaction after which another was in the same country.</summary>
    internal const long CountryAgain = 4L << AmountBits;

    /// <summary>Of a transaction after which another had the same entry mode.</summary>
    internal const long EntryModeAgain = 8L << AmountBits;

    long _amountAndMarks = added.Amount | (added.Declined ? Declined : 0);

    /// <summary>In microseconds.</summary>
    internal long Time { get; } = added.Time;

    /// <summary>In minor units.</summary>
    internal readonly long Amount => _amountAndMarks & (Declined - 1);

    internal readonly bool IsDeclined => Has(Declined);

    internal readonly bool Has(long mark) => (_amountAndMarks & mark) != 0;

    internal void Mark(long again) => _amountAndMarks |= again;
}
