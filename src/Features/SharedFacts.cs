using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// The facts that concern every partition and that each process therefore reads whole, by merchant and terminal: labels, and what every partition counted.
/// A fact stamped in step k is in effect for transactions stamped in step k + 2 or later, whoever read it when, so that what a transaction sees does not
/// depend on who reads how fast. Any number of threads.
/// </summary>
/// <param name="options">The same as the partitions'.</param>
/// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
public sealed class SharedFacts(FeatureOptions options)
{
    const int StepsToEffect = 2;
    const int ForgottenAtOnce = 64; // Merchants and terminals for which no other thread waits longer.
    const int PartsBits = 6; // So many parts that two threads rarely want one at once.

    readonly StateStore<AcceptorFacts>[] _parts = [.. Enumerable.Range(0, 1 << PartsBits).Select(_ => new StateStore<AcceptorFacts>())]; // Each its own lock.
    readonly TimeSpan _stepLength = options.Checked().StepLength;
    readonly long _stepsPerDay = TimeSpan.TicksPerDay / options.StepLength.Ticks;
    readonly StepWindows _windows = new(options.StepLength);
    readonly Lock _repeatsLock = new();
    ActivityRepeats _repeats = new();
    int _oldest = int.MinValue;

    /// <summary>Merchants and terminals about which there are facts.</summary>
    public int Acceptors => _parts.Sum(part => part.Count);

    /// <summary>
    /// Takes in one label; the same label at the same stamp counts once. Of a transaction's labels in effect the one with the latest label time counts, of
    /// equal ones the last to arrive, within a step fraud.
    /// </summary>
    /// <param name="label">Of any merchant, fraud or genuine.</param>
    /// <param name="stamp">Its record's timestamp; not the label's own time.</param>
    public void Add(in Label label, Instant stamp)
    {
        var fact = LabelFact.From(label, StepOf(stamp));
        if (_windows.IsPast(fact.Step, Volatile.Read(ref _oldest))) return;
        var merchant = AcceptorKey.Of(label.MerchantId);
        Add(merchant, fact);
        if (!label.TerminalId.IsEmpty) Add(AcceptorKey.Of(merchant, label.TerminalId), fact);
    }

    /// <summary>
    /// Takes in what one partition counted of one merchant in one step; of repeats the first counts. A partition's facts come in order of their steps.
    /// </summary>
    /// <param name="activity">Of any partition.</param>
    /// <param name="stamp">Its record's timestamp; later than the step that it is about.</param>
    public void Add(in MerchantActivity activity, Instant stamp)
    {
        var merchant = AcceptorKey.Of(activity.MerchantId);
        AcceptorKey? terminal = activity.TerminalId.IsEmpty ? null : AcceptorKey.Of(merchant, activity.TerminalId);
        int about = StepOf(activity.StepStart);
        lock (_repeatsLock)
        {
            if (!_repeats.IsFirst(activity.Partition, about, terminal ?? merchant)) return;
        }
        if (_windows.IsPast(about, Volatile.Read(ref _oldest))) return;
        var fact = new ActivityFact(about, StepOf(stamp), activity.Count, activity.AmountSum);
        Add(merchant, fact);
        if (terminal is { } named) Add(named, fact);
    }

    /// <summary>Whether what a transaction of this stamp may see has not been forgotten.</summary>
    public bool Covers(Instant stamp) => StepOf(stamp) - StepsToEffect >= Volatile.Read(ref _oldest);

    /// <summary>
    /// Forgets what transactions stamped at this time or later cannot see: call it with the oldest stamp that any partition may still score, as often as
    /// you like. It looks through all facts once a day of stamps.
    /// </summary>
    /// <param name="oldest">Earlier stamps can no longer be scored.</param>
    public void Forget(Instant oldest)
    {
        int step = StepOf(oldest) - StepsToEffect;
        if (step < (long)_oldest + _stepsPerDay) return;
        Volatile.Write(ref _oldest, step);
        IsPast<AcceptorFacts> isPast = (ref AcceptorFacts facts) => facts.Forget(step, _windows);
        foreach (var part in _parts)
        {
            lock (part) part.BeginSweep();
            for (bool isSweeping = true; isSweeping;)
            {
                lock (part) isSweeping = part.SweepNext(ForgottenAtOnce, isPast, static (_, _) => { });
            }
        }
    }

    /// <summary>Begins anew, without facts: where an earlier stamp than the forgotten ones is to be scored, and all facts are read again.</summary>
    public void Clear()
    {
        foreach (var part in _parts)
        {
            lock (part)
            {
                part.BeginSweep();
                part.SweepNext(int.MaxValue, static (ref _) => true, static (_, _) => { });
            }
        }
        lock (_repeatsLock) _repeats = new();
        Volatile.Write(ref _oldest, int.MinValue);
    }

    /// <summary>What the facts say about a merchant or terminal to transactions stamped in a step.</summary>
    /// <exception cref="InvalidOperationException">They are forgotten.</exception>
    internal (LabelRisk Risk, ActivityTotals Activity) AsOf(AcceptorKey acceptor, int step)
    {
        int last = step - StepsToEffect;
        if (last < Volatile.Read(ref _oldest))
            throw new InvalidOperationException(
                $"The facts that transactions stamped in step {step} may see are forgotten; "
                + "call SharedFacts.Forget with no later stamp than any partition may score.");
        var part = PartOf(acceptor);
        lock (part) return part.Look(acceptor.Hash).AsOf(last, _windows);
    }

    /// <summary>Asks for the memory that a search begins with.</summary>
    internal void PrefetchBucket(AcceptorKey acceptor) => PartOf(acceptor).PrefetchBucket(acceptor.Hash);

    /// <summary>Likewise for the next.</summary>
    internal void PrefetchSlot(AcceptorKey acceptor) => PartOf(acceptor).PrefetchSlot(acceptor.Hash);

    /// <summary>Likewise for the last.</summary>
    internal void Prefetch(AcceptorKey acceptor) => PartOf(acceptor).Peek(acceptor.Hash).Prefetch();

    /// <summary>The step of a stamp.</summary>
    internal int StepOf(Instant stamp) => checked((int)stamp.Step(_stepLength));

    void Add(AcceptorKey acceptor, in LabelFact fact)
    {
        var part = PartOf(acceptor);
        lock (part) part.Open(acceptor.Hash).Add(fact);
    }

    void Add(AcceptorKey acceptor, in ActivityFact fact)
    {
        var part = PartOf(acceptor);
        lock (part) part.Open(acceptor.Hash).Add(fact);
    }

    // By the hash's high bits: a store goes by its low ones.
    StateStore<AcceptorFacts> PartOf(AcceptorKey acceptor) => _parts[acceptor.Hash >> (64 - PartsBits)];
}
