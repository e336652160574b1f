using System.Globalization;
using System.Text;

namespace Vigil.Ingest;

/// <summary>
/// Publishes what partitions counted of merchants, as JSON, keyed by the counted partition, so that its facts stay in order. Idempotent: the client's own
/// retries neither repeat nor reorder records. For one thread.
/// </summary>
/// <param name="options">The addresses and the topic.</param>
/// <param name="clock">Tells when records are handed over.</param>
public sealed class ActivityProducer(IngestOptions options, TimeProvider clock) : IDisposable
{
    readonly RecordProducer _producer = new(options, clock);

    /// <summary>Hands an activity over; it is sent in the background.</summary>
    /// <param name="activity">What was counted.</param>
    /// <param name="stamp">The record's stamp, where the topic does not set its own.</param>
    /// <exception cref="KafkaUnreachableException">An earlier record could not be delivered, or the queue stays full.</exception>
    public void Produce(in MerchantActivity activity, Instant stamp)
    {
        MerchantActivityJson.Write(_producer.BeginJson(), activity);
        _producer.SendJson(options.ActivityTopic, Encoding.ASCII.GetBytes(activity.Partition.ToString(CultureInfo.InvariantCulture)), stamp);
    }

    /// <summary>Waits until every record is acknowledged, as long as brokers are away.</summary>
    /// <exception cref="KafkaUnreachableException">The broker refuses one.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public void Flush(CancellationToken cancellationToken) => _producer.Flush(cancellationToken);

    /// <summary>Ends the producer without waiting; call <see cref="Flush"/> first.</summary>
    public void Dispose() => _producer.Dispose();
}
