namespace Vigil.Features;

/// <summary>
/// The labels of one merchant or terminal in order of event time, asked as of a step. Answers are a fold over the sorted facts, so they do not depend on
/// the order in which labels were read. Whoever calls holds <see cref="AcceptorFacts"/>' lock.
/// </summary>
struct AcceptorLabels
{
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
        bool inRun = true, isCounted = false; // Whether the transaction's label that counts has been met.
        for (int i = _count - 1; i >= 0 && !windows.IsPast(_marks![i].LatestStep, step); i--)
        {
            var mark = _marks[i];
            isCounted &= mark.IsOfNext;
            if (isCounted || mark.Step > step || windows.IsPast(mark.Step, step)) continue;
            isCounted = true;
            Count(mark, step, windows, ref risk);
            if (!mark.IsFraud)
            {
                if (risk.RunLength == 0) risk.GenuineSinceFraud++;
                else inRun = false;
            }
            else if (inRun) risk.ExtendRun(_facts![i].EventTime);
        }
        return risk;
    }

    /// <summary>Drops the labels that no window holds that ends with this step or later.</summary>
    internal void Forget(int step, StepWindows windows)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (!windows.IsPast(_facts![i].Step, step)) _facts[kept++] = _facts[i];
        }
        if (kept == _count) return;
        _count = kept;
        UpdateMarks(0);
    }

    static void Count(Mark mark, int step, StepWindows windows, ref LabelRisk risk)
    {
        for (int window = 0; window < StepWindows.Count; window++)
        {
            if (!windows.Holds(window, mark.Step, step)) continue;
            risk.Labels[window]++;
            if (mark.IsFraud) risk.Frauds[window]++;
        }
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
        _facts[position] = fact;
        _count++;
        UpdateMarks(position);
    }

    /// <summary>The marks from a position on, and of the one before it, after its facts have changed.</summary>
    readonly void UpdateMarks(int from)
    {
        from = Math.Max(from - 1, 0);
        int latest = from == 0 ? int.MinValue : _marks![from - 1].LatestStep;
        for (int i = from; i < _count; i++)
        {
            ref readonly var fact = ref _facts![i];
            latest = Math.Max(latest, fact.Step);
            _marks![i] = new(fact.Step, latest, fact.IsFraud, i + 1 < _count && fact.IsOfSameTransaction(_facts[i + 1]));
        }
    }

    /// <param name="Step">As <see cref="LabelFact.Step"/>.</param>
    /// <param name="LatestStep">Of this fact and all before it: where a fold may stop.</param>
    /// <param name="IsFraud">As <see cref="LabelFact.IsFraud"/>.</param>
    /// <param name="IsOfNext">Whether the next fact is about the same transaction.</param>
    readonly record struct Mark(int Step, int LatestStep, bool IsFraud, bool IsOfNext);
}
