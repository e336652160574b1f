using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Vigil.Ingest;
using Vigil.Simulator;

namespace Vigil.Bench;

/// <summary>Decoding a transaction from JSON, card-number guard and checks included, against System.Text.Json into a plain class without any check.</summary>
[MemoryDiagnoser]
public class DecoderBench
{
    const int Records = 4096;

    static readonly Instant s_stamp = Instant.From(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    byte[][] _records = [];

    /// <summary>Runs the benchmark in this process.</summary>
    public static IReadOnlyList<Figure> Run()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance))
            .AddDiagnoser(BenchmarkDotNet.Diagnosers.MemoryDiagnoser.Default)
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance);
        var reports = BenchmarkRunner.Run<DecoderBench>(config).Reports;
        double Time(string method) => reports.Single(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method).ResultStatistics!.Median;
        double Bytes(string method)
        {
            var report = reports.Single(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == method);
            return report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? double.NaN;
        }
        return
        [
            new("nsPerTransaction", Time(nameof(Decoder)), "ns"),
            new("bytesAllocatedPerTransaction", Bytes(nameof(Decoder)), "B"),
            new("nsPerPlainObject", Time(nameof(PlainObject)), "ns"),
            new("bytesAllocatedPerPlainObject", Bytes(nameof(PlainObject)), "B"),
            new("systemTextJsonOverDecoder", Time(nameof(PlainObject)) / Time(nameof(Decoder)), "ratio"),
        ];
    }

    [GlobalSetup]
    public void Setup() => _records =
    [
        .. new HandbookWorld(new() { Seed = 1, Customers = 200, Terminals = 400, Days = 30 }).Transactions().Take(Records).Select(labelled =>
        {
            var bytes = new ArrayBufferWriter<byte>();
            TransactionJson.Write(bytes, labelled.Transaction);
            return bytes.WrittenSpan.ToArray();
        }),
    ];

    [Benchmark(OperationsPerInvoke = Records)]
    public long Decoder()
    {
        long sum = 0;
        foreach (byte[] record in _records)
        {
            if (!TransactionJson.TryDecode(record, s_stamp, out var transaction, out var rejection)) throw new InvalidOperationException(rejection.Message);
            sum += transaction.Amount;
        }
        return sum;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Records)]
    public long PlainObject()
    {
        long sum = 0;
        foreach (byte[] record in _records) sum += JsonSerializer.Deserialize<PlainTransaction>(record, s_snakeCase)!.Amount;
        return sum;
    }

    static readonly JsonSerializerOptions s_snakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    sealed record PlainTransaction(
        string TransactionId, string CardToken, long EventTime, long Amount, string Currency, string MerchantId,
        string? TerminalId, int Mcc, string MerchantCountry, string EntryMode);
}
