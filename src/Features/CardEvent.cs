using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>A transaction as its card's history sees it.</summary>
readonly struct CardEvent
{
    const ushort NoDevice = 0;

    /// <param name="transaction">The transaction.</param>
    /// <param name="time">Its event time, or the card's latest where that is later.</param>
    /// <param name="merchant">Hash of its merchant's id.</param>
    internal CardEvent(in Transaction transaction, long time, ulong merchant)
    {
        Id = transaction.TransactionId.Hash64();
        Time = time;
        Amount = Math.Clamp(transaction.Amount, 0, FeatureList.LargestAmount);
        Merchant = (uint)merchant;
        Mcc = (ushort)(transaction.Mcc & CardHistory.MccMask);
        Place = (ushort)(CategoricalFeatures.Country(transaction.MerchantCountry) | ((int)transaction.EntryMode << CardHistory.CountryBits));
        Declined = transaction.Response == Response.Declined;
        Device = transaction.DeviceId.IsEmpty ? NoDevice : Math.Max((ushort)1, (ushort)transaction.DeviceId.Hash64());
        HourOfWeek = (byte)CategoricalFeatures.HourOfWeek(transaction.EventTime);
    }

    /// <summary>Hash of the transaction's id.</summary>
    internal ulong Id { get; }

    /// <summary>In microseconds; within a card it never runs backwards.</summary>
    internal long Time { get; }

    /// <summary>In minor units, at most <see cref="FeatureList.LargestAmount"/>.</summary>
    internal long Amount { get; }

    /// <summary>Half of the hash of the merchant's id: two of 256 merchants have the same with odds of 1 in 130,000.</summary>
    internal uint Merchant { get; }

    /// <summary>Merchant category code.</summary>
    internal ushort Mcc { get; }

    /// <summary>Country and, above it, entry mode.</summary>
    internal ushort Place { get; }

    /// <summary>Whether the issuer declined it.</summary>
    internal bool Declined { get; }

    /// <summary>
    /// Sixteen bits of the hash of the device's id, 0 where there is none: a card's new device looks like a known one with odds of 1 in 65,535 for each that it
    /// has used.
    /// </summary>
    internal ushort Device { get; }

    /// <summary>Whole hours since Monday 00:00 UTC, of its own event time.</summary>
    internal byte HourOfWeek { get; }

    internal bool HasDevice => Device != NoDevice;

    /// <summary>Number of the country, as <see cref="CategoricalFeatures.Country(Country)"/> counts.</summary>
    internal int Country => Place & CardHistory.CountryMask;

    /// <summary>Whether the card itself was at the merchant's.</summary>
    internal bool IsCardPresent => (EntryMode)(Place >> CardHistory.CountryBits) is EntryMode.Chip or EntryMode.Contactless or EntryMode.Magstripe;
}
