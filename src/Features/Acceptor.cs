using System.Runtime.CompilerServices;
using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// What one partition holds of a merchant or terminal: its minutes, what the open step counted, and the answer of the shared facts, which does not change
/// within a step. Used again for another one once it is idle.
/// </summary>
sealed class Acceptor
{
    const int Length = 320; // In bytes, about.
    const int LongestId = 1 << 16; // No decoder lets one of more than 64 bytes pass.
    const int MostOpen = 1 << 24; // Far more merchants and terminals than a step of a partition sees.

    byte[] _ids = [];
    int _merchantLength, _terminalLength;
    int _answeredStep;
    Answer _answer;
    long? _runStart, _lastFraud;

    internal Acceptor() => _answeredStep = int.MinValue;

    /// <summary>The last hour in this partition.</summary>
    internal AcceptorMinutes Minutes;

    /// <summary>Transactions of the open step, where it is what a fact is about: a terminal, or a merchant without one.</summary>
    internal long OpenCount { get; private set; }

    /// <summary>Its place in the order in which the open step met merchants and terminals.</summary>
    internal int Place { get; private set; }

    /// <summary>Sum of their amounts, in minor units.</summary>
    internal long OpenAmountSum { get; private set; }

    /// <summary>Begins to count a step.</summary>
    internal void OpenStep(in Transaction transaction, int place)
    {
        Place = place;
        var merchant = transaction.MerchantId.Span;
        var terminal = transaction.TerminalId.Span;
        (_merchantLength, _terminalLength) = (merchant.Length, terminal.Length);
        if (_ids.Length < merchant.Length + terminal.Length) _ids = new byte[merchant.Length + terminal.Length];
        merchant.CopyTo(_ids);
        terminal.CopyTo(_ids.AsSpan(merchant.Length));
    }

    /// <summary>Counts a transaction in the open step.</summary>
    internal void Count(long amount)
    {
        OpenCount++;
        OpenAmountSum = Math.Min(OpenAmountSum + amount, MerchantActivity.LargestAmountSum);
    }

    /// <summary>What the step counted; its texts are this object's own, until it opens the next one.</summary>
    internal MerchantActivity CloseStep(Instant start)
    {
        var activity = new MerchantActivity
        {
            Partition = 0,
            StepStart = start,
            MerchantId = new(_ids.AsMemory(0, _merchantLength)),
            TerminalId = new(_ids.AsMemory(_merchantLength, _terminalLength)),
            Count = OpenCount,
            AmountSum = OpenAmountSum,
        };
        (OpenCount, OpenAmountSum) = (0, 0);
        return activity;
    }

    /// <summary>Asks for the memory of one, if there is one.</summary>
    internal static void Prefetch(Acceptor? acceptor) => CacheLines.PrefetchObject(acceptor, Length);

    /// <summary>Asks for the memory that <see cref="MoveTo"/> will look at.</summary>
    internal void Prefetch(SharedFacts facts, AcceptorKey key, int step, MinuteStore minutes)
    {
        Minutes.Prefetch(minutes);
        if (step != _answeredStep) facts.Prefetch(key);
    }

    /// <summary>Moves on to a step and a minute: asks the facts, where the step has not been asked yet.</summary>
    internal void MoveTo(SharedFacts facts, AcceptorKey key, int step, MinuteStore minutes, long minute)
    {
        Minutes.MoveTo(minutes, minute);
        if (step == _answeredStep) return;
        var (risk, activity) = facts.AsOf(key, step);
        _answer = Answer.Of(risk, activity);
        (_runStart, _lastFraud) = risk.RunLength == 0 ? (null, null) : ((long?)risk.RunStart, (long?)risk.LastFraud);
        _answeredStep = step;
    }

    /// <summary>The features of a merchant or terminal, in the order of <see cref="FeatureList.Numeric"/>.</summary>
    internal void Write(long now, int partitions, ref FeatureWriter writer)
    {
        ReadOnlySpan<double> answer = _answer;
        writer.Write(Minutes.TenMinutesTotals.Count * (double)partitions);
        writer.Write(Minutes.HourTotals.Count * (double)partitions);
        writer.Write(answer[..StepWindows.Count]);
        writer.Write(Minutes.TenMinutesTotals.Mean);
        writer.Write(Minutes.HourTotals.Mean);
        writer.Write(answer[StepWindows.Count..^1]);
        writer.WriteTimeSince(_runStart, now);
        writer.WriteTimeSince(_lastFraud, now);
        writer.Write(answer[^1]);
    }

    /// <summary>Writes all but the facts' answer, which is asked for again.</summary>
    internal void Save(StateWriter writer, MinuteStore minutes)
    {
        Minutes.Save(writer, minutes);
        writer.Write(OpenCount);
        if (OpenCount == 0) return;
        writer.Write(Place);
        writer.Write(OpenAmountSum);
        writer.Write(_merchantLength);
        writer.Write(_terminalLength);
        writer.Write<byte>(_ids.AsSpan(0, _merchantLength + _terminalLength));
    }

    /// <summary>Reads what <see cref="Save"/> has written, into a new one.</summary>
    internal void Restore(StateReader reader, MinuteStore minutes)
    {
        Minutes.Restore(reader, minutes);
        OpenCount = reader.Read<long>();
        if (OpenCount == 0) return;
        Place = reader.ReadCount(MostOpen);
        OpenAmountSum = reader.Read<long>();
        _merchantLength = reader.ReadCount(LongestId);
        _terminalLength = reader.ReadCount(LongestId);
        _ids = new byte[_merchantLength + _terminalLength];
        reader.Read<byte>(_ids);
    }

    /// <summary>As new, but for the memory that it holds.</summary>
    internal void Clear(MinuteStore minutes)
    {
        Minutes.Clear(minutes);
        _answer = default;
        (_runStart, _lastFraud) = (null, null);
        _answeredStep = int.MinValue;
    }

    /// <summary>Counts, means, frauds, labels, shares of the windows, then the run's length and the genuine labels since: what lasts a step.</summary>
    [InlineArray((5 * StepWindows.Count) + 2)]
    struct Answer
    {
        double _first;

        internal static Answer Of(in LabelRisk risk, in ActivityTotals activity)
        {
            var answer = new Answer();
            Span<double> values = answer;
            for (int window = 0; window < StepWindows.Count; window++)
            {
                values[window] = activity.Counts[window];
                values[StepWindows.Count + window] = activity.Counts[window] == 0 ? 0 : activity.Sums[window] / (double)activity.Counts[window];
                values[(2 * StepWindows.Count) + window] = risk.Frauds[window];
                values[(3 * StepWindows.Count) + window] = risk.Labels[window];
                values[(4 * StepWindows.Count) + window] = risk.Frauds[window] / (risk.Labels[window] + 1.0);
            }
            values[^2] = risk.RunLength;
            values[^1] = risk.GenuineSinceFraud;
            return answer;
        }
    }
}
