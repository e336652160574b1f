using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// All that one partition knows of merchants and their terminals. What it counted of them in a step is handed out when the step has closed, for every
/// process to read; what all partitions counted, and the labels, come back as <see cref="SharedFacts"/>. One thread at a time.
/// </summary>
sealed class PartitionMerchants
{
    const int SweepEvery = 16; // Transactions: many looks one after the other wait for memory at once.
    const int SweptAtOnce = 8 * SweepEvery; // Two more come a transaction at most: a sweep keeps up.

    static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    static readonly Acceptor s_none = new(); // The terminal of a transaction that names none: nothing is ever known of it.

    readonly SharedFacts _facts;
    readonly TimeSpan _stepLength;
    readonly int _partitions;
    readonly StateStore<Acceptor> _acceptors = new();
    readonly StateStoreSnapshot<Acceptor> _snapshot;
    readonly MinuteStore _minutes = new();
    readonly IsPast<Acceptor> _isIdle;
    readonly Action<UInt128, Acceptor> _keep;
    StepCounts _open = new(), _closed = new();
    StepCounts? _copied; // Those that were open when the copy under way began, at that step.
    int _copiedStep;
    Instant _closedStart;
    bool _isClosedTaken = true;
    int _unswept; // Transactions since a sweep last went on.
    int _step = int.MinValue;
    Instant _stepEnd = new(long.MinValue);
    long _minute = long.MinValue;
    AcceptorKey _merchantKey;
    AcceptorKey? _terminalKey; // Null where the transaction names none.
    Acceptor? _merchant, _terminal;
    Acceptor? _idle; // The first of those to be used again.

    internal PartitionMerchants(SharedFacts facts, FeatureOptions options)
    {
        (_facts, _stepLength, _partitions) = (facts, options.StepLength, options.Partitions);
        _snapshot = new(
            _acceptors,
            SnapshotSection.Merchants,
            (writer, acceptor) => acceptor.Save(writer, _minutes, _copied!, _copiedStep),
            (_, reader) => Restored(reader));
        _isIdle = (ref acceptor) => acceptor.IsIdle(_step, _minutes, _minute);
        _keep = (_, acceptor) =>
        {
            acceptor.Clear(_minutes);
            (acceptor.NextIdle, _idle) = (_idle, acceptor);
        };
    }

    /// <summary>Merchants and terminals that something happened at within the last hour, or in the open step; others count until they are swept out.</summary>
    internal int Count => _acceptors.Count;

    /// <summary>The newest stamp so far; null before the first transaction.</summary>
    internal Instant? NewestStamp { get; private set; }

    /// <summary>Turns to a transaction's merchant and terminal, and asks for the memory that looking them up begins with.</summary>
    /// <returns>Hash of the merchant's id.</returns>
    internal ulong PrefetchBuckets(in Transaction transaction)
    {
        _merchantKey = AcceptorKey.Of(transaction.MerchantId);
        _terminalKey = transaction.TerminalId.IsEmpty ? null : AcceptorKey.Of(_merchantKey, transaction.TerminalId);
        PrefetchBuckets(_merchantKey);
        if (_terminalKey is { } terminal) PrefetchBuckets(terminal);
        return _merchantKey.Hash;
    }

    /// <summary>Likewise for the next.</summary>
    internal void PrefetchSlots()
    {
        PrefetchSlots(_merchantKey);
        if (_terminalKey is { } terminal) PrefetchSlots(terminal);
    }

    /// <summary>Likewise for the last.</summary>
    internal void Prefetch()
    {
        Acceptor.Prefetch(_acceptors.Peek(_merchantKey.Hash));
        if (_terminalKey is { } terminal) Acceptor.Prefetch(_acceptors.Peek(terminal.Hash));
    }

    /// <summary>
    /// Moves on to the transaction that was looked up. Neither steps nor minutes run backwards: an earlier stamp counts as of the newest step, an earlier time
    /// as of the partition's newest minute.
    /// </summary>
    internal void MoveTo(Instant stamp, long clock)
    {
        if (NewestStamp is not { } newest || stamp > newest) NewestStamp = stamp;
        if (stamp >= _stepEnd) BeginStep(stamp);
        _minute = Math.Max(_minute, new Instant(clock).Step(s_minute));
        _merchant = Open(_merchantKey);
        _terminal = _terminalKey is { } terminal ? Open(terminal) : null;
    }

    /// <summary>The features of the transaction's merchant, then of its terminal, in the order of <see cref="FeatureList.Numeric"/>.</summary>
    internal void Write(long now, ref FeatureWriter writer)
    {
        _merchant!.MoveTo(_facts, _merchantKey, _step, _minutes, _minute);
        if (_terminalKey is { } terminal) _terminal!.MoveTo(_facts, terminal, _step, _minutes, _minute);
        _merchant!.Write(now, _partitions, ref writer);
        (_terminal ?? s_none).Write(now, _partitions, ref writer);
    }

    /// <summary>Counts the transaction that was moved to.</summary>
    internal void Add(in Transaction transaction, long amount)
    {
        _merchant!.Minutes.Add(_minutes, _minute, amount);
        _terminal?.Minutes.Add(_minutes, _minute, amount);
        (_terminal ?? _merchant).Count(_open, _step, transaction, amount);
        if (++_unswept < SweepEvery) return;
        _unswept = 0;
        _acceptors.SweepNext(SweptAtOnce, _isIdle, _keep); // That an idle one is still here makes no difference: it knows nothing.
    }

    /// <summary>What the last closed step counted, once; nothing else while the next is open.</summary>
    /// <param name="partition">Whose this is.</param>
    /// <returns>In the order in which merchants and terminals came; the texts are valid until the next step closes.</returns>
    internal IReadOnlyList<MerchantActivity> TakeClosed(int partition)
    {
        if (_isClosedTaken) return [];
        _isClosedTaken = true;
        var taken = new MerchantActivity[_closed.Count];
        for (int place = 0; place < taken.Length; place++) taken[place] = _closed.Read(place, partition, _closedStart);
        return taken;
    }

    /// <summary>Writes the newest stamp and the minute; <see cref="RestoreClock"/> reads them.</summary>
    internal void SaveClock(StateWriter writer)
    {
        writer.Write(NewestStamp?.Microseconds ?? long.MinValue);
        writer.Write(_minute);
    }

    internal void RestoreClock(StateReader reader)
    {
        long newest = reader.Read<long>();
        _minute = reader.Read<long>();
        if (newest == long.MinValue) return;
        NewestStamp = new(newest);
        SetStep(NewestStamp.Value);
    }

    /// <summary>Begins to copy every merchant and terminal as it is now, one record each, without those that are idle now.</summary>
    internal void BeginCopy(Action<SnapshotBlock> take)
    {
        (_copied, _copiedStep) = (_open, _step);
        long minute = _minute;
        _snapshot.BeginCopy(take, acceptor => acceptor.IsIdle(_copiedStep, _minutes, minute));
    }

    /// <summary>Copies at most one more.</summary>
    /// <returns>False once all are copied.</returns>
    internal bool CopyNext()
    {
        if (_snapshot.CopyNext()) return true;
        _copied = null;
        return false;
    }

    internal void EndCopy()
    {
        _snapshot.EndCopy();
        _copied = null;
    }

    /// <summary>Takes a block of a copy in.</summary>
    internal void Restore(StateReader block) => _snapshot.Restore(block);

    Acceptor Restored(StateReader reader)
    {
        var acceptor = new Acceptor();
        acceptor.Restore(reader, _minutes, _open, _step);
        return acceptor;
    }

    void BeginStep(Instant stamp)
    {
        _acceptors.BeginSweep();
        var next = _closed == _copied ? new() : _closed; // A copy has still to read what was open when it began.
        next.Clear();
        (_open, _closed, _closedStart, _isClosedTaken) = (next, _open, StartOf(_step), false);
        SetStep(stamp);
    }

    void SetStep(Instant stamp)
    {
        _step = _facts.StepOf(stamp);
        _stepEnd = StartOf(_step + 1);
    }

    Instant StartOf(int step) => new(step * (_stepLength.Ticks / TimeSpan.TicksPerMicrosecond));

    void PrefetchBuckets(AcceptorKey key)
    {
        _acceptors.PrefetchBucket(key.Hash);
        _facts.PrefetchBucket(key);
    }

    void PrefetchSlots(AcceptorKey key)
    {
        _acceptors.PrefetchSlot(key.Hash);
        _facts.PrefetchSlot(key);
    }

    Acceptor Begin()
    {
        if (_idle is not { } again) return new();
        _idle = again.NextIdle;
        return again;
    }

    /// <summary>A merchant or terminal, begun where it is new, and the memory on its way that it needs to move on to the step and the minute.</summary>
    Acceptor Open(AcceptorKey key)
    {
        ref var acceptor = ref _acceptors.Open(key.Hash);
        acceptor ??= Begin();
        acceptor.Prefetch(_facts, key, _open, _step, _minutes);
        return acceptor;
    }
}
