namespace Vigil.Features;

/// <summary>How far back in a card's history something of a transaction was last: 1 for the newest, null where it never was.</summary>
/// <param name="Merchant">Its merchant.</param>
/// <param name="Country">Its country.</param>
/// <param name="EntryMode">Its entry mode.</param>
readonly record struct CardVisits(int? Merchant, int? Country, int? EntryMode)
{
    /// <summary>The same once the transaction so far back is forgotten, the oldest.</summary>
    internal CardVisits Without(int back) => new(
        Merchant == back ? null : Merchant,
        Country == back ? null : Country,
        EntryMode == back ? null : EntryMode);
}
