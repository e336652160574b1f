using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// All that one partition knows of merchants and their terminals. What it counted of them in a step is handed out when the step has closed, for every
/// process to read; what all partitions counted, and the labels, come back as <see cref="SharedFacts"/>. One thread at a time.
/// </summary>
sealed class PartitionMerchants
{
    static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    static readonly Acceptor s_none = new(); // The terminal of a transaction that names none: nothing is ever known of it.

    readonly SharedFacts _facts;
    readonly TimeSpan _stepLength;
    readonly int _partitions;
    readonly StateStore<Acceptor> _acceptors = new();
    readonly StateStoreSnapshot<Acceptor> _snapshot;
    readonly MinuteStore _minutes = new();
    readonly Stack<Acceptor> _idle = [];
    readonly List<AcceptorKey> _open = []; // In the order in which the step met them.
    readonly List<MerchantActivity> _closed = [];
    readonly IsPast<Acceptor> _isIdle;
    readonly Action<UInt128, Acceptor> _keep;
    int _step = int.MinValue;
    Instant _stepEnd = new(long.MinValue);
    long _minute = long.MinValue;
    AcceptorKey _merchantKey;
    AcceptorKey? _terminalKey; // Null where the transaction names none.
    Acceptor? _merchant, _terminal;

    internal PartitionMerchants(SharedFacts facts, FeatureOptions options)
    {
        (_facts, _stepLength, _partitions) = (facts, options.StepLength, options.Partitions);
        _snapshot = new(_acceptors, SnapshotSection.Merchants, (writer, acceptor) => acceptor.Save(writer, _minutes), Restored);
        _isIdle = (ref acceptor) => acceptor.OpenCount == 0 && acceptor.Minutes.IsIdle(_minutes, _minute); // What closes now is still to be published.
        _keep = (_, acceptor) =>
        {
            acceptor.Clear(_minutes);
            _idle.Push(acceptor);
        };
    }

    /// <summary>Merchants and terminals that something happened at within the last hour, or in the open step.</summary>
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
        _merchant = Move(_merchantKey);
        _terminal = _terminalKey is { } terminal ? Move(terminal) : null;
    }

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
        var counted = _terminal ?? _merchant;
        if (counted.OpenCount == 0)
        {
            counted.OpenStep(transaction, _open.Count);
            _open.Add(_terminalKey ?? _merchantKey);
        }
        counted.Count(amount);
    }

    /// <summary>What the last closed step counted, once; nothing else while it is open.</summary>
    /// <param name="partition">Whose this is.</param>
    /// <returns>In the order in which merchants and terminals came; the texts are valid until the next step closes.</returns>
    internal IReadOnlyList<MerchantActivity> TakeClosed(int partition)
    {
        if (_closed.Count == 0) return [];
        MerchantActivity[] taken = [.. _closed.Select(activity => activity with { Partition = partition })];
        _closed.Clear();
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

    /// <summary>Begins to copy every merchant and terminal as it is now, one record each.</summary>
    internal void BeginCopy(Action<SnapshotBlock> take) => _snapshot.BeginCopy(take);

    /// <summary>Copies at most one more.</summary>
    /// <returns>False once all are copied.</returns>
    internal bool CopyNext() => _snapshot.CopyNext();

    internal void EndCopy() => _snapshot.EndCopy();

    /// <summary>Takes a block of a copy in.</summary>
    internal void Restore(StateReader block) => _snapshot.Restore(block);

    Acceptor Restored(UInt128 key, StateReader reader)
    {
        var acceptor = new Acceptor();
        acceptor.Restore(reader, _minutes);
        if (acceptor.OpenCount == 0) return acceptor;
        while (_open.Count <= acceptor.Place) _open.Add(default);
        _open[acceptor.Place] = new((ulong)key);
        return acceptor;
    }

    void BeginStep(Instant stamp)
    {
        _acceptors.RemoveWhere(_isIdle, _keep); // That an idle one is still here makes no difference: it knows nothing.
        _closed.Clear();
        foreach (var key in _open) _closed.Add(_acceptors.Open(key.Hash)!.CloseStep(StartOf(_step)));
        _open.Clear();
        SetStep(stamp);
    }

    void SetStep(Instant stamp)
    {
        _step = _facts.StepOf(stamp);
        _stepEnd = StartOf(_step + 1);
    }

    Instant StartOf(int step) => new(step * (_stepLength.Ticks / TimeSpan.TicksPerMicrosecond));

    /// <summary>A merchant or terminal, moved on to the step and the minute; begun where it is new.</summary>
    Acceptor Move(AcceptorKey key)
    {
        ref var acceptor = ref _acceptors.Open(key.Hash);
        if (acceptor is null && !_idle.TryPop(out acceptor)) acceptor = new();
        acceptor.Prefetch(_facts, key, _step, _minutes);
        return acceptor;
    }
}
