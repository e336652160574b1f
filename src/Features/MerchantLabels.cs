namespace Vigil.Features;

/// <summary>
/// One merchant's labels in order of event time, asked as of a step. Answers are a fold over the sorted facts, so they do not depend on the
/// order in which labels were read; the answer for one step is kept, for partitions ask the same step again and again.
/// </summary>
sealed class MerchantLabels
{
    readonly Lock _lock = new();
    LabelFact[] _facts = new LabelFact[4];
    int[] _latestSteps = new int[4]; // Of a position and all before it: where the fold may stop.
    int _count;
    int? _answeredStep;
    MerchantRisk _answer;

    internal void Add(in LabelFact fact)
    {
        lock (_lock)
        {
            int position = _facts.AsSpan(0, _count).BinarySearch(fact);
            if (position >= 0) return;
            Insert(~position, fact);
            if (fact.Step <= _answeredStep) _answeredStep = null;
        }
    }

    /// <summary>What the labels up to and with a step say.</summary>
    internal MerchantRisk AsOf(int step, LabelWindows windows)
    {
        lock (_lock)
        {
            if (step == _answeredStep) return _answer;
            _answer = Fold(step, windows);
            _answeredStep = step;
            return _answer;
        }
    }

    /// <summary>Drops the labels that no window holds that ends with this step or later.</summary>
    internal void Forget(int step, LabelWindows windows)
    {
        lock (_lock)
        {
            int kept = 0;
            for (int i = 0; i < _count; i++)
            {
                if (!windows.IsPast(_facts[i].Step, step)) _facts[kept++] = _facts[i];
            }
            _count = kept;
            UpdateLatestSteps(0);
        }
    }

    void Insert(int position, in LabelFact fact)
    {
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

    void UpdateLatestSteps(int from)
    {
        int latest = from == 0 ? int.MinValue : _latestSteps[from - 1];
        for (int i = from; i < _count; i++) _latestSteps[i] = latest = Math.Max(latest, _facts[i].Step);
    }

    /// <summary>
    /// From the newest event time back: of each transaction's labels the first met in effect counts, for the last to arrive sorts last.
    /// </summary>
    MerchantRisk Fold(int step, LabelWindows windows)
    {
        var risk = new MerchantRisk();
        bool inRun = true;
        LabelFact? newer = null;
        for (int i = _count - 1; i >= 0 && !windows.IsPast(_latestSteps[i], step); i--)
        {
            var fact = _facts[i];
            if (fact.Step > step || (newer is LabelFact counted && fact.IsOfSameTransaction(counted))) continue;
            newer = fact;
            if (windows.IsPast(fact.Step, step)) continue;
            windows.Count(fact.Step, step, ref risk.Labels);
            if (fact.IsFraud)
            {
                windows.Count(fact.Step, step, ref risk.Frauds);
                if (inRun) risk.ExtendRun(fact.EventTime);
            }
            else if (risk.RunLength == 0) risk.GenuineSinceFraud++;
            else inRun = false;
        }
        return risk;
    }
}
