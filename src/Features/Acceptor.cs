using System.Runtime.CompilerServices;
using Vigil.Ingest;

namespace Vigil.Features;

/// <summary>
/// What one partition holds of a merchant or terminal: its minutes, what the open step counted, and the answer of the shared facts, which does not change
/// within a step. Used again for another one once it is idle.
/// </summary>
sealed class Acceptor
{
    const int Length = 256; // In bytes, about.
    const int Never = int.MinValue;

    int _openStep = Never;
    int _place; // In the counts of that step, where it is what a fact is about: a terminal, or a merchant without one.
    int _answeredStep = Never;
    Answer _answer;
    long? _runStart, _lastFraud;

    /// <summary>Another one that is idle, where this one is.</summary>
    internal Acceptor? NextIdle { get; set; }

    /// <summary>The last hour in this partition.</summary>
    internal AcceptorMinutes Minutes;

    /// <summary>Whether nothing would be lost with it.</summary>
    internal bool IsIdle(int step, MinuteStore minutes, long minute) => _openStep != step && Minutes.IsIdle(minutes, minute);

    /// <summary>Counts a transaction in the open step.</summary>
    internal void Count(StepCounts counts, int step, in Transaction transaction, long amount)
    {
        if (_openStep != step) (_openStep, _place) = (step, counts.Begin(transaction));
        counts.Add(_place, amount);
    }

    /// <summary>Asks for the memory of one, if there is one.</summary>
    internal static void Prefetch(Acceptor? acceptor) => CacheLines.PrefetchObject(acceptor, Length);

    /// <summary>Asks for the memory that a transaction needs beside it.</summary>
    internal void Prefetch(SharedFacts facts, AcceptorKey key, StepCounts counts, int step, MinuteStore minutes)
    {
        Minutes.Prefetch(minutes);
        if (_openStep == step) counts.Prefetch(_place);
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
    internal void Save(StateWriter writer, MinuteStore minutes, StepCounts counts, int step)
    {
        Minutes.Save(writer, minutes);
        if (_openStep == step) counts.Save(writer, _place);
        else writer.Write(0L);
    }

    /// <summary>Reads what <see cref="Save"/> has written, into a new one.</summary>
    internal void Restore(StateReader reader, MinuteStore minutes, StepCounts counts, int step)
    {
        Minutes.Restore(reader, minutes);
        long count = reader.Read<long>();
        if (count > 0) (_openStep, _place) = (step, counts.Restore(reader, count));
    }

    /// <summary>As new, but for the memory that it holds.</summary>
    internal void Clear(MinuteStore minutes)
    {
        Minutes.Clear(minutes);
        _answer = default;
        (_runStart, _lastFraud) = (null, null);
        (_answeredStep, _openStep) = (Never, Never);
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
