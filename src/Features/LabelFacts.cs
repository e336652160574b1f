using System.Collections.Concurrent;
using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The labels that have arrived, by merchant: shared facts, the same for every partition. They are asked as of a record's stamp: a label
/// stamped in step k is in effect for transactions stamped in step k + 2 or later, whoever read it when, so that what a transaction
/// sees does not depend on who reads how fast. Any number of threads.
/// </summary>
/// <param name="options">The same as the partitions'.</param>
/// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
sealed class LabelFacts(FeatureOptions options)
{
    const int StepsToEffect = 2;

    readonly ConcurrentDictionary<ulong, MerchantLabels> _merchants = new();
    readonly TimeSpan _stepLength = options.Checked().StepLength;
    readonly LabelWindows _windows = new(options.StepLength);
    int _oldest = int.MinValue;

    /// <summary>
    /// Takes in one label; the same label at the same stamp counts once, and of a transaction's labels the last to arrive counts.
    /// </summary>
    /// <param name="label">Of any merchant, fraud or genuine.</param>
    /// <param name="stamp">Its record's timestamp; not the label's own time.</param>
    internal void Add(in Label label, Instant stamp)
    {
        int step = Step(stamp);
        if (_windows.IsPast(step, Volatile.Read(ref _oldest))) return;
        _merchants.GetOrAdd(label.MerchantId.Hash64(), static _ => new()).Add(LabelFact.From(label, step));
    }

    /// <summary>
    /// Forgets what transactions stamped at this time or later cannot see: call it with the oldest stamp that any partition may still
    /// score.
    /// </summary>
    /// <param name="oldest">Earlier stamps can no longer be scored.</param>
    internal void Forget(Instant oldest)
    {
        int step = Step(oldest) - StepsToEffect;
        if (step <= _oldest) return;
        Volatile.Write(ref _oldest, step);
        foreach (var (_, labels) in _merchants) labels.Forget(step, _windows);
    }

    /// <summary>What a merchant's labels say to a transaction stamped at this time.</summary>
    internal MerchantRisk AsOf(ulong merchant, Instant stamp)
    {
        int step = Step(stamp) - StepsToEffect;
        if (step < Volatile.Read(ref _oldest))
            throw new InvalidOperationException(
                $"The labels that {stamp} may see are forgotten; call SharedFacts.Forget with no later stamp than any partition may score.");
        return _merchants.TryGetValue(merchant, out var labels) ? labels.AsOf(step, _windows) : default;
    }

    int Step(Instant stamp) => checked((int)stamp.Step(_stepLength));
}
