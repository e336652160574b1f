using System.Diagnostics;
using System.Text;
using Confluent.Kafka;

namespace Vigil.Faults.Tests;

/// <summary>Writes a load to Kafka at a rate, from a thread of its own, through every loss of the broker: the client is idempotent and waits.</summary>
sealed class LoadProducer : IDisposable
{
    /// <summary>The header of records that are no transactions, by which the checker tells them.</summary>
    internal const string PoisonHeader = "poison";

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    readonly FaultSettings _settings;
    readonly IProducer<string, byte[]> _producer;
    readonly Func<int> _allowed;
    int _produced;
    int _labels;
    long _failed;

    /// <param name="settings">What is produced, and how fast.</param>
    /// <param name="address">Of the broker.</param>
    /// <param name="allowed">How many transactions may have been produced at this moment.</param>
    internal LoadProducer(FaultSettings settings, string address, Func<int> allowed)
    {
        (_settings, _allowed) = (settings, allowed);
        _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = address,
            EnableIdempotence = true,
            LingerMs = 5,
            ReconnectBackoffMaxMs = 500,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Transactions handed over so far.</summary>
    internal int Produced => Volatile.Read(ref _produced);

    /// <summary>Labels handed over so far.</summary>
    internal int Labels => Volatile.Read(ref _labels);

    /// <summary>
    /// Produces everything, the last transaction a step later, so that whoever scores it has read every label, and ends when the broker has acknowledged it.
    /// </summary>
    /// <exception cref="InvalidOperationException">Some of it was not acknowledged.</exception>
    internal Task RunAsync(string transactions, string labels, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            long started = Stopwatch.GetTimestamp();
            foreach (var record in new Load(_settings).Records())
            {
                if (record.Kind == LoadKind.Transaction) Pace(started, cancellationToken);
                Produce(record.Kind is LoadKind.Label or LoadKind.PoisonLabel ? labels : transactions, record);
                if (record.Kind == LoadKind.Transaction) Interlocked.Increment(ref _produced);
                if (record.Kind == LoadKind.Label) Interlocked.Increment(ref _labels);
            }
            int left = _producer.Flush(s_patience);
            if (left + Interlocked.Read(ref _failed) is > 0 and var lost) throw new InvalidOperationException($"Kafka has not acknowledged {lost} records.");
        },
        cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _producer.Dispose();

    void Pace(long started, CancellationToken cancellationToken)
    {
        while (_produced >= _allowed() || _produced > Stopwatch.GetElapsedTime(started).TotalSeconds * _settings.TransactionsPerSecond)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Thread.Sleep(2);
        }
        if (_produced == _settings.Transactions - 1) cancellationToken.WaitHandle.WaitOne(FaultSystem.Step);
    }

    void Produce(string topic, LoadRecord record)
    {
        var message = new Message<string, byte[]> { Key = record.Card, Value = record.Value! };
        if (record.Kind is LoadKind.Poison or LoadKind.PoisonLabel) message.Headers = new() { { PoisonHeader, Encoding.ASCII.GetBytes("1") } };
        while (true)
        {
            try
            {
                _producer.Produce(topic, message, report => Interlocked.Add(ref _failed, report.Error.IsError ? 1 : 0));
                return;
            }
            catch (ProduceException<string, byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
            {
                Thread.Sleep(20);
            }
        }
    }
}
