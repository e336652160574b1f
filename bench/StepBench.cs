using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vigil.Model;
using static TorchSharp.torch;

namespace Vigil.Bench;

/// <summary>
/// One more transaction of a card, on one thread: with the whole context of r1-tiny cached, and, in blocks of the same width that see 8192 transactions by
/// sparse attention, with 128 and 8192; against the tensor library's forward over a window of 128, and against the same step through ONNX Runtime.
/// </summary>
[MemoryDiagnoser]
public class StepBench : IDisposable
{
    const int Short = 128, Long = 8192;

    readonly StepBenchCard _tiny = new(EncoderConfig.Preset("r1-tiny"), 32);
    readonly StepBenchCard _short = new(LongContext, Short), _long = new(LongContext, Long);
    readonly OnnxStep _onnx;
    readonly SequenceScorer _scorer;
    readonly FraudEncoder _encoder;
    readonly TrainingBatches _batches;
    readonly TrainingWindow[] _window;

    public StepBench()
    {
        set_num_threads(1);
        _onnx = _short.Onnx();
        _scorer = new(_tiny.Checkpoint);
        _encoder = new(LongContext);
        _encoder.SetWeights(_short.Checkpoint.Weights);
        _batches = new(LongContext, _short.Checkpoint.Manifest.Normalisation, CPU);
        var segment = new TrainingSegment(Short);
        for (int i = 0; i < Short; i++) segment.Add(_short.Next(), RowRole.Context, false, 0);
        _window = [new(null, segment)];
    }

    static EncoderConfig LongContext =>
        EncoderConfig.Preset("r1-tiny") with { Segment = Long / 2, Memory = Long / 2, Sparse = new(Block: 16, Window: 8, Top: 4) };

    public void Dispose()
    {
        _encoder.Dispose();
        _onnx.Dispose();
        GC.SuppressFinalize(this);
    }

    public static IReadOnlyList<Figure> Run()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.DontLogOutput))
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance);
        var summary = BenchmarkRunner.Run<StepBench>(config);
        BenchmarkReport Report(string name) => summary.Reports.Single(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == name);
        double Microseconds(string name) => Report(name).ResultStatistics!.Min / 1000;
        long Bytes(string name)
        {
            var report = Report(name);
            return report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? throw new InvalidOperationException($"{name}: no allocation figure");
        }

        return
        [
            new("microsecondsPerStep", Microseconds(nameof(Step)), "us, 128 cached"),
            new("microsecondsPerTinyStep", Microseconds(nameof(TinyStep)), "us, r1-tiny's 32 cached"),
            new("microsecondsPerScore", Microseconds(nameof(Score)), "us, r1-tiny, mean over a card's life, segment ends included"),
            new("fullWindowTorchSharpOverStep", Microseconds(nameof(FullWindowTorchSharp)) / Microseconds(nameof(Step)), "x, window of 128, one thread"),
            new("onnxRuntimeOverStep", Microseconds(nameof(StepThroughOnnxRuntime)) / Microseconds(nameof(Step)), "x, 128 cached, one thread"),
            new("step8192Over128", Microseconds(nameof(StepAt8192)) / Microseconds(nameof(Step)), "x"),
            new("bytesAllocatedPerStep", Bytes(nameof(Step)), "bytes"),
            new("bytesAllocatedPerScore", Bytes(nameof(Score)), "bytes"),
            new("cardsPerGiB", CardsPerGiB(EncoderConfig.Preset("r1-tiny"), 32), "full caches of r1-tiny"),
            new("cardsPerGiBAt8192", CardsPerGiB(LongContext, Long), "caches of 8192 transactions, summaries included"),
        ];
    }

    static double CardsPerGiB(EncoderConfig config, int places) => Math.Floor((1L << 30) / (double)CardCache.Bytes(config, places));

    [Benchmark(Baseline = true)]
    public float Step() => _short.Step();

    [Benchmark]
    public float StepAt8192() => _long.Step();

    [Benchmark]
    public float TinyStep() => _tiny.Step();

    [Benchmark]
    public float Score() => _scorer.Score(_tiny.Next()).Logit;

    [Benchmark]
    public float StepThroughOnnxRuntime() => _onnx.Run();

    [Benchmark]
    public float FullWindowTorchSharp()
    {
        using var scope = NewDisposeScope();
        using var without = inference_mode();
        return _encoder.forward(_batches.Fill(_window))[0, -1].Value();
    }
}
