namespace Vigil.Features;

/// <summary>
/// The shared facts about one merchant or terminal, sorted, and asked as of a step: never running counts, for partitions may stand days apart. Whoever calls
/// holds the lock of its part of <see cref="SharedFacts"/>.
/// </summary>
struct AcceptorFacts
{
    AcceptorLabels _labels;
    AcceptorActivity _activity;

    internal void Add(in LabelFact fact) => _labels.Add(fact);

    internal void Add(in ActivityFact fact) => _activity.Add(fact);

    /// <summary>What the facts stamped up to and with a step say.</summary>
    internal readonly (LabelRisk Risk, ActivityTotals Activity) AsOf(int step, StepWindows windows) =>
        (_labels.AsOf(step, windows), _activity.AsOf(step, windows));

    /// <summary>Asks for the memory that <see cref="AsOf"/> looks at first.</summary>
    internal readonly void Prefetch()
    {
        _labels.Prefetch();
        _activity.Prefetch();
    }

    /// <summary>Drops what no window holds that ends with this step or later.</summary>
    /// <returns>Whether nothing is left.</returns>
    internal bool Forget(int step, StepWindows windows)
    {
        _labels.Forget(step, windows);
        _activity.Forget(step, windows);
        return _labels.IsEmpty && _activity.IsEmpty;
    }
}
