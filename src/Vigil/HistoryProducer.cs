using Vigil.Features;
using Vigil.Ingest;

namespace Vigil;

/// <summary>
/// Writes a history to Kafka as a live log would hold it: a transaction stamped with its event time, a label with its arrival. Every label is
/// acknowledged before a transaction is written that could see it. Used by one caller at a time.
/// </summary>
sealed class HistoryProducer(IngestOptions kafka) : IDisposable
{
    static readonly TimeSpan s_step = new FeatureOptions().StepLength;
    static readonly TimeSpan s_flush = TimeSpan.FromSeconds(30);

    readonly TransactionProducer _producer = new(kafka, TimeProvider.System);
    long _step = long.MinValue;

    /// <summary>Hands one event over; the first of a step waits until all before it are acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">The broker did not take a record.</exception>
    internal void Write(in HistoryEvent happened)
    {
        long step = happened.Stamp.Step(s_step);
        if (step > _step)
        {
            _step = step;
            Flush();
        }
        if (happened.Label is { } label) _producer.Produce(label, happened.Stamp);
        if (happened.Transaction is { } labelled) _producer.Produce(labelled.Transaction, happened.Stamp);
    }

    /// <summary>Waits until everything written is acknowledged.</summary>
    /// <exception cref="KafkaUnreachableException">Something was not, within 30 seconds.</exception>
    internal void Flush() => _producer.Flush(s_flush);

    public void Dispose() => _producer.Dispose();
}
