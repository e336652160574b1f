using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary>
/// What all partitions counted of one merchant or terminal, step by step, asked as of a step. Facts about one step that came into effect together are one,
/// and integers add up to the same in any order. Whoever calls holds the lock of its part of <see cref="SharedFacts"/>.
/// </summary>
struct AcceptorActivity
{
    const int MostPrefetched = 16;

    ActivityFact[]? _facts; // In order.
    int _count;

    internal readonly bool IsEmpty => _count == 0;

    internal void Add(in ActivityFact fact)
    {
        int position = _facts.AsSpan(0, _count).BinarySearch(fact);
        if (position >= 0) _facts![position] = _facts[position].With(fact);
        else Insert(~position, fact);
    }

    /// <summary>Totals over the windows that end with a step, of the facts stamped up to and with it.</summary>
    internal readonly ActivityTotals AsOf(int step, StepWindows windows)
    {
        var (counts, sums) = (Vector256<long>.Zero, Vector256<long>.Zero);
        for (int i = _count - 1; i >= 0 && !windows.IsPast(_facts![i].About, step); i--)
        {
            ref readonly var fact = ref _facts[i];
            if (fact.Stamped > step || fact.About > step) continue;
            var holding = Vector256.WidenLower(windows.Holding(fact.About, step).ToVector256());
            counts += holding & Vector256.Create(fact.Count);
            sums = ActivityFact.Add(sums, holding & Vector256.Create(fact.AmountSum));
        }
        return new() { Counts = counts, Sums = sums };
    }

    /// <summary>Asks for the newest facts.</summary>
    internal readonly void Prefetch() => CacheLines.PrefetchArray(_facts, _count - MostPrefetched, MostPrefetched);

    /// <summary>Drops the facts that no window holds that ends with this step or later.</summary>
    internal void Forget(int step, StepWindows windows)
    {
        int past = 0;
        while (past < _count && windows.IsPast(_facts![past].About, step)) past++;
        if (past == 0) return;
        _count -= past;
        Array.Copy(_facts!, past, _facts!, 0, _count);
    }

    void Insert(int position, in ActivityFact fact)
    {
        _facts ??= new ActivityFact[2];
        if (_count == _facts.Length) Array.Resize(ref _facts, _count * 2);
        Array.Copy(_facts, position, _facts, position + 1, _count - position);
        _facts[position] = fact;
        _count++;
    }
}

/// <summary>Totals over the windows of <see cref="FeatureList.LabelWindows"/>.</summary>
readonly record struct ActivityTotals
{
    /// <summary>Transactions.</summary>
    internal Vector256<long> Counts { get; init; }

    /// <summary>Sums of their amounts, in minor units.</summary>
    internal Vector256<long> Sums { get; init; }
}
