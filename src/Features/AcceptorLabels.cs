namespace Vigil.Features;

/// <summary>
/// The labels of one merchant or terminal in order of event time, asked as of a step. Answers are a fold over the sorted facts, so they do not depend on
/// the order in which labels were read. Whoever calls holds <see cref="AcceptorFacts"/>' lock.
/// </summary>
struct AcceptorLabels
{
    LabelFact[]? _facts;
    int[]? _latestSteps; // Of a position and all before it: where the fold may stop.
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
        bool inRun = true;
        int counted = -1;
        for (int i = _count - 1; i >= 0 && !windows.IsPast(_latestSteps![i], step); i--)
        {
            ref readonly var fact = ref _facts![i];
            if (fact.Step > step || windows.IsPast(fact.Step, step)) continue;
            if (counted >= 0 && fact.IsOfSameTransaction(_facts[counted])) continue;
            counted = i;
            Count(fact, step, windows, ref risk);
            if (!fact.IsFraud)
            {
                if (risk.RunLength == 0) risk.GenuineSinceFraud++;
                else inRun = false;
            }
            else if (inRun) risk.ExtendRun(fact.EventTime);
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
        UpdateLatestSteps(0);
    }

    static void Count(in LabelFact fact, int step, StepWindows windows, ref LabelRisk risk)
    {
        for (int window = 0; window < StepWindows.Count; window++)
        {
            if (!windows.Holds(window, fact.Step, step)) continue;
            risk.Labels[window]++;
            if (fact.IsFraud) risk.Frauds[window]++;
        }
    }

    void Insert(int position, in LabelFact fact)
    {
        _facts ??= new LabelFact[2];
        _latestSteps ??= new int[2];
        if (_count == _facts.Length)
        {
            Array.Resize(ref _facts, _count * 2);
            Array.Resize(ref _latestSteps, _count * 2);
        }
        Array.Copy(_facts, position, _facts, position + 1, _count - position);
        _facts[position] = fact;
        _count++;
        UpdateLatestSteps(position);
    }

    readonly void UpdateLatestSteps(int from)
    {
        int latest = from == 0 ? int.MinValue : _latestSteps![from - 1];
        for (int i = from; i < _count; i++) _latestSteps![i] = latest = Math.Max(latest, _facts![i].Step);
    }
}
