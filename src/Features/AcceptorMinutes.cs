using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The minutes of the last hour in which one partition saw a merchant or terminal, at most 60, and running totals of the last 10 minutes and the hour:
/// exact to the minute, O(1) amortised. Minutes never run backwards.
/// </summary>
struct AcceptorMinutes
{
    internal const int Hour = 60;
    const int TenMinutes = 10;
    const int FirstLength = 2;

    Entry[]? _ring; // A power of two long.
    int _next;
    int _inHour; // Of the newest entries.
    int _inTenMinutes;

    /// <summary>Transactions of this minute and the 9 before it.</summary>
    internal MinuteTotals TenMinutesTotals;

    /// <summary>Transactions of this minute and the 59 before it.</summary>
    internal MinuteTotals HourTotals;

    /// <summary>Whether nothing happened in the hour that ends with a minute.</summary>
    internal readonly bool IsIdle(long minute) => _inHour == 0 || minute - At(1).Minute >= Hour;

    /// <summary>Lets the windows forget what is too old in this minute.</summary>
    internal void MoveTo(long minute)
    {
        while (_inTenMinutes > 0 && minute - At(_inTenMinutes).Minute >= TenMinutes) TenMinutesTotals.Remove(At(_inTenMinutes--));
        while (_inHour > 0 && minute - At(_inHour).Minute >= Hour) HourTotals.Remove(At(_inHour--));
    }

    /// <summary>Counts a transaction in the minute of the last <see cref="MoveTo"/>.</summary>
    internal void Add(long minute, long amount)
    {
        if (_inTenMinutes == 0 || At(1).Minute != minute) Begin(minute);
        ref var newest = ref At(1);
        long added = Math.Min(amount, MerchantActivity.LargestAmountSum - newest.AmountSum);
        newest.Count++;
        newest.AmountSum += added;
        TenMinutesTotals.Add(added);
        HourTotals.Add(added);
    }

    /// <summary>As when nothing had happened; the ring is kept.</summary>
    internal void Clear() => this = new() { _ring = _ring };

    /// <summary>Writes all but what can be computed anew.</summary>
    internal readonly void Save(StateWriter writer)
    {
        writer.Write(_inTenMinutes);
        writer.Write(_inHour);
        for (int back = _inHour; back > 0; back--) writer.Write(At(back));
    }

    /// <summary>Reads what <see cref="Save"/> has written, into one where nothing has happened.</summary>
    internal void Restore(StateReader reader)
    {
        int tenMinutes = reader.ReadCount(TenMinutes), hour = reader.ReadCount(Hour);
        for (int back = hour; back > 0; back--)
        {
            var entry = reader.Read<Entry>();
            Begin(entry.Minute);
            At(1) = entry;
            HourTotals.Add(entry);
            if (back <= tenMinutes) TenMinutesTotals.Add(entry);
        }
        _inTenMinutes = tenMinutes;
    }

    /// <summary>The newest entry for 1, the one before it for 2, and so on.</summary>
    readonly ref Entry At(int back) => ref _ring![(_next - back) & (_ring.Length - 1)];

    void Begin(long minute)
    {
        if (_ring is null) _ring = new Entry[FirstLength];
        else if (_inHour == _ring.Length) Grow();
        _next = (_next + 1) & (_ring.Length - 1);
        At(1) = new() { Minute = minute };
        _inHour++;
        _inTenMinutes++;
    }

    void Grow()
    {
        var longer = new Entry[_ring!.Length * 2];
        for (int back = 1; back <= _inHour; back++) longer[_inHour - back] = At(back);
        (_ring, _next) = (longer, _inHour);
    }

    internal struct Entry
    {
        internal long Minute;
        internal long Count;
        internal long AmountSum;
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

    internal void Add(in AcceptorMinutes.Entry entry)
    {
        Count += entry.Count;
        AmountSum += entry.AmountSum;
    }

    internal void Remove(in AcceptorMinutes.Entry entry)
    {
        Count -= entry.Count;
        AmountSum -= entry.AmountSum;
    }
}
