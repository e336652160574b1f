using System.Runtime.Intrinsics;

namespace Vigil.Features;

/// <summary>
/// The labels of one merchant or terminal in order of event time, asked as of a step. Answers are a fold over the sorted facts, so they do not depend on
/// the order in which labels were read. Whoever calls holds the lock of its part of <see cref="SharedFacts"/>.
/// </summary>
struct AcceptorLabels
{
    const int MostPrefetched = 48;

    LabelFact[]? _facts;
    Mark[]? _marks; // Of the facts: what a fold looks at, side by side.
    int _count;

    internal readonly bool IsEmpty => _count == 0;

    internal void Add(in LabelFact fact)
    {
        int position = _facts.AsSpan(0, _count).BinarySearch(fact);
        if (position < 0) Insert(~position, fact);
    }

    /// <summary>
    /// From the newest event time back: of each transaction's labels in effect that arrived within the longest window, the first met counts, for the latest
    /// label time sorts last.
    /// </summary>
    internal readonly LabelRisk AsOf(int step, StepWindows windows)
    {
        var risk = new LabelRisk();
        var (labels, frauds) = (Vector128<int>.Zero, Vector128<int>.Zero);
        bool inRun = true, isCounted = false; // Whether the transaction's label that counts has been met.
        for (int i = _count - 1; i >= 0; i--)
        {
            var mark = _marks![i];
            isCounted &= mark.IsOfNext;
            if (isCounted || !windows.LongestHolds(mark.Step, step)) continue;
            isCounted = true;
            var holding = windows.Holding(mark.Step, step);
            labels -= holding;
            if (!mark.IsFraud)
            {
                if (risk.RunLength == 0) risk.GenuineSinceFraud++;
                else inRun = false;
                continue;
            }
            frauds -= holding;
            if (inRun) risk.ExtendRun(_facts![i].EventTime);
        }
        (risk.Labels, risk.Frauds) = (labels, frauds);
        return risk;
    }

    /// <summary>Asks for the newest marks.</summary>
    internal readonly void Prefetch() => CacheLines.PrefetchArray(_marks, _count - MostPrefetched, MostPrefetched);

    /// <summary>Drops the labels that no window holds that ends with this step or later.</summary>
    internal void Forget(int step, StepWindows windows)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (windows.IsPast(_marks![i].Step, step)) continue;
            if (kept < i) (_facts![kept], _marks[kept]) = (_facts[i], _marks[i]);
            kept++;
        }
        if (kept == _count) return;
        _count = kept;
        for (int i = 0; i < _count; i++) UpdateMark(i);
    }

    void Insert(int position, in LabelFact fact)
    {
        _facts ??= new LabelFact[2];
        _marks ??= new Mark[2];
        if (_count == _facts.Length)
        {
            Array.Resize(ref _facts, _count * 2);
            Array.Resize(ref _marks, _count * 2);
        }
        Array.Copy(_facts, position, _facts, position + 1, _count - position);
        Array.Copy(_marks, position, _marks, position + 1, _count - position);
        _facts[position] = fact;
        _count++;
        UpdateMark(position);
        if (position > 0) UpdateMark(position - 1);
    }

    readonly void UpdateMark(int at)
    {
        ref readonly var fact = ref _facts![at];
        _marks![at] = new(fact.Step, fact.IsFraud, at + 1 < _count && fact.IsOfSameTransaction(_facts[at + 1]));
    }

    /// <param name="Step">As <see cref="LabelFact.Step"/>.</param>
    /// <param name="IsFraud">As <see cref="LabelFact.IsFraud"/>.</param>
    /// <param name="IsOfNext">Whether the next fact is about the same transaction.</param>
    readonly record struct Mark(int Step, bool IsFraud, bool IsOfNext);
}
