namespace Vigil.Features;

/// <summary>
/// The shared facts about one merchant or terminal, sorted, and asked as of a step: never running counts, for partitions may stand days apart. It is its own
/// lock: there is one for every merchant, and another object would be another wait for memory.
/// </summary>
sealed class AcceptorFacts
{
    AcceptorLabels _labels;
    AcceptorActivity _activity;
    bool _removed;

    /// <returns>False where it was removed meanwhile: a new one must be found.</returns>
    internal bool TryAdd(in LabelFact fact)
    {
        lock (this)
        {
            if (_removed) return false;
            _labels.Add(fact);
            return true;
        }
    }

    /// <inheritdoc cref="TryAdd(in LabelFact)"/>
    internal bool TryAdd(in ActivityFact fact)
    {
        lock (this)
        {
            if (_removed) return false;
            _activity.Add(fact);
            return true;
        }
    }

    /// <summary>What the facts stamped up to and with a step say.</summary>
    internal (LabelRisk Risk, ActivityTotals Activity) AsOf(int step, StepWindows windows)
    {
        lock (this) return (_labels.AsOf(step, windows), _activity.AsOf(step, windows));
    }

    /// <summary>Drops what no window holds that ends with this step or later.</summary>
    /// <returns>Whether nothing is left; nothing can be added then.</returns>
    internal bool Forget(int step, StepWindows windows)
    {
        lock (this)
        {
            _labels.Forget(step, windows);
            _activity.Forget(step, windows);
            return _removed = _labels.IsEmpty && _activity.IsEmpty;
        }
    }
}
