using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The minutes of the last hour in which one partition saw a merchant or terminal, at most 60, and running totals of the last 10 minutes and the hour:
/// exact to the minute, O(1) amortised. Minutes never run backwards. The minutes themselves lie in the partition's <see cref="MinuteStore"/>.
/// </summary>
struct AcceptorMinutes
{
    internal const int Hour = 60;
    const int TenMinutes = 10;

    int _newest, _oldestOfTen, _oldest; // Places in the store; of the oldest only while there is one.
    int _inHour; // Of the newest minutes.
    int _inTenMinutes;

    /// <summary>Transactions of this minute and the 9 before it.</summary>
    internal MinuteTotals TenMinutesTotals;

    /// <summary>Transactions of this minute and the 59 before it.</summary>
    internal MinuteTotals HourTotals;

    /// <summary>Whether nothing happened in the hour that ends with a minute.</summary>
    internal readonly bool IsIdle(MinuteStore store, long minute) => _inHour == 0 || minute - store[_newest].Minute >= Hour;

    /// <summary>Lets the windows forget what is too old in this minute.</summary>
    internal void MoveTo(MinuteStore store, long minute)
    {
        for (; _inTenMinutes > 0 && minute - store[_oldestOfTen].Minute >= TenMinutes; _inTenMinutes--)
        {
            TenMinutesTotals.Remove(store[_oldestOfTen]);
            _oldestOfTen = store[_oldestOfTen].Newer;
        }
        for (; _inHour > 0 && minute - store[_oldest].Minute >= Hour; _inHour--)
        {
            HourTotals.Remove(store[_oldest]);
            _oldest = store.Free(_oldest);
        }
    }

    /// <summary>Counts a transaction in the minute of the last <see cref="MoveTo"/>.</summary>
    internal void Add(MinuteStore store, long minute, long amount)
    {
        if (_inTenMinutes == 0 || store[_newest].Minute != minute) Begin(store, minute);
        ref var newest = ref store[_newest];
        long added = Math.Min(amount, MerchantActivity.LargestAmountSum - newest.AmountSum);
        newest.Count++;
        newest.AmountSum += added;
        TenMinutesTotals.Add(added);
        HourTotals.Add(added);
    }

    /// <summary>As when nothing had happened; its minutes' places are free again.</summary>
    internal void Clear(MinuteStore store)
    {
        for (; _inHour > 0; _inHour--) _oldest = store.Free(_oldest);
        this = default;
    }

    /// <summary>Asks for the memory of the minutes that <see cref="MoveTo"/> and <see cref="Add"/> look at.</summary>
    internal readonly void Prefetch(MinuteStore store)
    {
        store.Prefetch(_oldest);
        store.Prefetch(_oldestOfTen);
        store.Prefetch(_newest);
    }

    /// <summary>Writes all but what can be computed anew.</summary>
    internal readonly void Save(StateWriter writer, MinuteStore store)
    {
        writer.Write(_inTenMinutes);
        writer.Write(_inHour);
        for (int left = _inHour, at = _oldest; left > 0; left--, at = store[at].Newer)
        {
            writer.Write(store[at].Minute);
            writer.Write(store[at].Count);
            writer.Write(store[at].AmountSum);
        }
    }

    /// <summary>Reads what <see cref="Save"/> has written, into one where nothing has happened.</summary>
    internal void Restore(StateReader reader, MinuteStore store)
    {
        int tenMinutes = reader.ReadCount(TenMinutes), hour = reader.ReadCount(Hour);
        for (int left = hour; left > 0; left--)
        {
            if (left == tenMinutes) (_inTenMinutes, TenMinutesTotals) = (0, default);
            Begin(store, reader.Read<long>());
            ref var newest = ref store[_newest];
            (newest.Count, newest.AmountSum) = (reader.Read<long>(), reader.Read<long>());
            HourTotals.Add(newest);
            TenMinutesTotals.Add(newest);
        }
        if (tenMinutes == 0) (_inTenMinutes, TenMinutesTotals) = (0, default);
    }

    void Begin(MinuteStore store, long minute)
    {
        int begun = store.Take(minute);
        if (_inHour++ == 0) _oldest = begun;
        else store[_newest].Newer = begun;
        if (_inTenMinutes++ == 0) _oldestOfTen = begun;
        _newest = begun;
    }
}

/// <summary>Transactions of some minutes.</summary>
struct MinuteTotals
{
    internal long Count;
    internal long AmountSum;

    internal readonly double Mean => Count == 0 ? 0 : AmountSum / (double)Count;

    internal void Add(long amount)
    {
        Count++;
        AmountSum += amount;
    }

    internal void Add(in MinuteStore.Entry entry)
    {
        Count += entry.Count;
        AmountSum += entry.AmountSum;
    }

    internal void Remove(in MinuteStore.Entry entry)
    {
        Count -= entry.Count;
        AmountSum -= entry.AmountSum;
    }
}
