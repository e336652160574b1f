using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// All that one partition knows of merchants and their terminals. What it counted of them in a step is handed out when the step has closed, for every
/// process to read; what all partitions counted, and the labels, come back as <see cref="SharedFacts"/>. One thread at a time.
/// </summary>
sealed class PartitionMerchants(SharedFacts facts, FeatureOptions options)
{
    static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    static readonly Acceptor s_none = new(); // The terminal of a transaction that names none: nothing is ever known of it.

    readonly Dictionary<AcceptorKey, Acceptor> _acceptors = [];
    readonly Stack<Acceptor> _idle = [];
    readonly MinuteStore _minutes = new();
    readonly List<Acceptor> _open = [];
    readonly List<MerchantActivity> _closed = [];
    readonly TimeSpan _stepLength = options.StepLength;
    readonly int _partitions = options.Partitions;
    int _step = int.MinValue;
    Instant _stepEnd = new(long.MinValue);
    long _minute = long.MinValue;
    AcceptorKey _merchantKey;
    AcceptorKey? _terminalKey; // Null where the transaction names none.
    Acceptor? _merchant, _terminal; // Null before MoveTo where they are new.

    /// <summary>Merchants and terminals that something happened at within the last hour, or in the open step.</summary>
    internal int Count => _acceptors.Count;

    /// <summary>The newest stamp so far; null before the first transaction.</summary>
    internal Instant? NewestStamp { get; private set; }

    /// <summary>
    /// Looks a transaction's merchant and terminal up and asks for their memory, ahead of <see cref="MoveTo"/>. It changes nothing that lasts.
    /// </summary>
    /// <returns>The merchant.</returns>
    internal AcceptorKey LookUp(in Transaction transaction)
    {
        _merchantKey = AcceptorKey.Of(transaction.MerchantId);
        _terminalKey = transaction.TerminalId.IsEmpty ? null : AcceptorKey.Of(_merchantKey, transaction.TerminalId);
        LookUp();
        _merchant?.Prefetch(_minutes);
        _terminal?.Prefetch(_minutes);
        return _merchantKey;
    }

    /// <summary>
    /// Moves on to the transaction that was looked up. Neither steps nor minutes run backwards: an earlier stamp counts as of the newest step, an earlier time as
    /// of the partition's newest minute.
    /// </summary>
    internal void MoveTo(Instant stamp, long clock)
    {
        if (NewestStamp is not { } newest || stamp > newest) NewestStamp = stamp;
        if (stamp >= _stepEnd)
        {
            BeginStep(stamp);
            LookUp(); // What was found may have been idle.
        }
        _minute = Math.Max(_minute, new Instant(clock).Step(s_minute));
        _merchant = Move(_merchant, _merchantKey);
        if (_terminalKey is { } terminal) _terminal = Move(_terminal, terminal);
    }

    /// <summary>The features of the transaction's merchant, then of its terminal, in the order of <see cref="FeatureList.Numeric"/>.</summary>
    internal void Write(long now, ref FeatureWriter writer)
    {
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
            counted.OpenStep(transaction);
            _open.Add(counted);
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

    /// <summary>Writes every merchant and terminal, one record each; <see cref="RestoreAcceptors"/> reads them.</summary>
    internal void SaveAcceptors(StateWriter writer)
    {
        for (int i = 0; i < _open.Count; i++) _open[i].Place = i;
        foreach (var (key, acceptor) in _acceptors)
        {
            writer.BeginRecord();
            writer.Write(key.Hash);
            writer.Write(acceptor.OpenCount == 0 ? -1 : acceptor.Place);
            acceptor.Save(writer, _minutes);
            writer.EndRecord();
        }
    }

    internal void RestoreAcceptors(StateReader reader)
    {
        while (!reader.IsAtEnd)
        {
            reader.BeginRecord();
            var acceptor = new Acceptor();
            _acceptors.Add(new(reader.Read<ulong>()), acceptor);
            acceptor.Place = reader.Read<int>();
            acceptor.Restore(reader, _minutes);
            reader.EndRecord();
            if (acceptor.OpenCount > 0) _open.Add(acceptor);
        }
        _open.Sort((left, right) => left.Place.CompareTo(right.Place));
    }

    void BeginStep(Instant stamp)
    {
        RemoveIdle();
        _closed.Clear();
        foreach (var acceptor in _open) _closed.Add(acceptor.CloseStep(StartOf(_step)));
        _open.Clear();
        SetStep(stamp);
    }

    void SetStep(Instant stamp)
    {
        _step = facts.StepOf(stamp);
        _stepEnd = StartOf(_step + 1);
    }

    Instant StartOf(int step) => new(step * (_stepLength.Ticks / TimeSpan.TicksPerMicrosecond));

    /// <summary>Whether an idle one is still here makes no difference: its windows are empty, and its answer is asked for anew.</summary>
    void RemoveIdle()
    {
        foreach (var (key, acceptor) in _acceptors)
        {
            if (acceptor.OpenCount > 0 || !acceptor.Minutes.IsIdle(_minutes, _minute)) continue; // What closes now is still to be published.
            acceptor.Clear(_minutes);
            _idle.Push(acceptor);
            _acceptors.Remove(key);
        }
    }

    void LookUp()
    {
        _merchant = _acceptors.GetValueOrDefault(_merchantKey);
        _terminal = _terminalKey is { } terminal ? _acceptors.GetValueOrDefault(terminal) : null;
    }

    /// <summary>Moves a merchant or terminal on to the step and the minute; begins it where it is new.</summary>
    Acceptor Move(Acceptor? found, AcceptorKey key)
    {
        if (found is not { } acceptor)
        {
            if (!_idle.TryPop(out acceptor)) acceptor = new();
            _acceptors.Add(key, acceptor);
        }
        acceptor.Ask(facts, key, _step);
        acceptor.Minutes.MoveTo(_minutes, _minute);
        return acceptor;
    }
}
