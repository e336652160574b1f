using System.Runtime.CompilerServices;

namespace Vigil.Features;

/// <summary>For every window of <see cref="FeatureList.CardWindows"/>: what of a card's newest transactions lies in it.</summary>
struct CardHistoryWindows
{
    internal const int Length = 10;

    static readonly long[] s_lengths = [.. FeatureList.CardWindows.Select(window => window.Microseconds)];

    internal PerWindow<long> Sums;
    internal PerWindow<ushort> Counts;
    internal PerWindow<ushort> Merchants;
    internal PerWindow<ushort> Countries;
    internal PerWindow<ushort> EntryModes;
    internal PerWindow<ushort> Declined;

    /// <summary>Whether a time has left a window that ends now; the difference as an unsigned number cannot overflow.</summary>
    internal static bool IsPast(int window, long time, long now) => unchecked((ulong)(now - time)) >= (ulong)s_lengths[window];

    internal static int IndexOf(TimeSpan length) => FeatureList.CardWindows.TakeWhile(window => window.Length != length).Count();

    /// <summary>
    /// Takes a transaction into every window. It brings a new merchant to the windows that do not reach back to the last transaction there, and so a new
    /// country and entry mode.
    /// </summary>
    internal void Add(in CardEvent added, in CardVisits visits)
    {
        ushort declined = added.Declined ? (ushort)1 : (ushort)0;
        for (int window = 0; window < Length; window++)
        {
            int count = Counts[window];
            if (!Reaches(count, visits.Merchant)) Merchants[window]++;
            if (!Reaches(count, visits.Country)) Countries[window]++;
            if (!Reaches(count, visits.EntryMode)) EntryModes[window]++;
            Declined[window] += declined;
            Sums[window] += added.Amount;
            Counts[window]++;
        }
    }

    /// <summary>Takes a window's oldest transaction out of it, and its merchant, country and entry mode where no later transaction has the same.</summary>
    internal void Remove(int window, in CardPayment oldest)
    {
        Counts[window]--;
        Sums[window] -= oldest.Amount;
        if (!oldest.Has(CardPayment.MerchantAgain)) Merchants[window]--;
        if (!oldest.Has(CardPayment.CountryAgain)) Countries[window]--;
        if (!oldest.Has(CardPayment.EntryModeAgain)) EntryModes[window]--;
        if (oldest.IsDeclined) Declined[window]--;
    }

    static bool Reaches(int count, int? back) => back <= count;
}

/// <summary>One value per window, inside the struct that holds it.</summary>
[InlineArray(CardHistoryWindows.Length)]
struct PerWindow<T>
{
    T _first;
}
