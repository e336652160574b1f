using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Vigil.Features;
using Vigil.Model;
using static TorchSharp.torch;

namespace Vigil.Bench;

/// <summary>
/// One more transaction of a card whose context is full: the vectorised decode against the tensor library's forward over the window, on one thread.
/// </summary>
[MemoryDiagnoser]
public class StepBench : IDisposable
{
    readonly EncoderConfig _config = EncoderConfig.Preset("r1-tiny");
    readonly Random _random = new(1);
    readonly FeatureVector _vector = new();
    readonly Checkpoint _checkpoint;
    readonly Decoder _decoder;
    readonly CardTokens _card;
    readonly CardCache _cache;
    readonly SequenceScorer _scorer;
    readonly FraudEncoder _encoder;
    readonly TrainingBatches _batches;
    readonly TrainingWindow[] _window;

    public StepBench()
    {
        int width = FeatureList.Numeric.Count;
        var normalisation = new Normalisation(
            new float[width],
            [.. Enumerable.Repeat(1f, width)],
            8,
            [.. Enumerable.Range(0, width).Select(_ => NumericBins.Edges([-2, -1, 0, 1, 2], _config.Bins))]);
        _checkpoint = Checkpoint.Create(
            new()
            {
                Config = _config,
                Features = FeatureSet.Of(new()),
                Normalisation = normalisation,
                Hash = "",
                Data = new(default, default, 0, 0, 0),
                Seed = 1,
            },
            FraudEncoder.InitialWeights(_config, 1, -5));
        set_num_threads(1);
        (_decoder, _cache, _scorer) = (new(_checkpoint), new(_config, CardCache.RoomFor(_config, _config.Context)), new(_checkpoint));
        _card = new(_config.Context);
        var segments = new[] { new TrainingSegment(_config.Segment), new TrainingSegment(_config.Segment) };
        for (int i = 0; i < _config.Context; i++)
        {
            segments[i / _config.Segment].Add(Next(), RowRole.Context, false, 0);
            _card.Add(_vector, [.. _vector.Numeric.Select(value => (float)value)]);
            _decoder.Remember(_card[i], _cache, i);
        }
        _encoder = new(_config);
        _encoder.SetWeights(_checkpoint.Weights);
        _batches = new(_config, normalisation, CPU);
        _window = [new(segments[0], segments[1])];
    }

    public void Dispose()
    {
        _encoder.Dispose();
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
        double Microseconds(string name) => Report(name).ResultStatistics!.Median / 1000;
        long Bytes(string name)
        {
            var report = Report(name);
            return report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? throw new InvalidOperationException($"{name}: no allocation figure");
        }

        return
        [
            new("microsecondsPerStep", Microseconds(nameof(Step)), "us, full context"),
            new("microsecondsPerScore", Microseconds(nameof(Score)), "us, mean over a card's life, segment ends included"),
            new("fullWindowTorchSharpOverStep", Microseconds(nameof(FullWindowTorchSharp)) / Microseconds(nameof(Step)), "x, one thread"),
            new("bytesAllocatedPerStep", Bytes(nameof(Step)), "bytes"),
            new("bytesAllocatedPerScore", Bytes(nameof(Score)), "bytes"),
        ];
    }

    [Benchmark(Baseline = true)]
    public float Step() => _decoder.Score(_card[_config.Context - 1], _cache, _config.Context - 1).Logit;

    [Benchmark]
    public float Score() => _scorer.Score(Next()).Logit;

    [Benchmark]
    public float FullWindowTorchSharp()
    {
        using var scope = NewDisposeScope();
        using var without = inference_mode();
        return _encoder.forward(_batches.Fill(_window))[0, -1].Value();
    }

    FeatureVector Next()
    {
        _vector.EventTimeMicroseconds += _random.Next(1, 1000) * 60_000_000L;
        for (int i = 0; i < _vector.Numeric.Length; i++) _vector.Numeric[i] = (_random.NextDouble() * 4) - 2;
        for (int i = 0; i < _vector.Categorical.Length; i++) _vector.Categorical[i] = _random.Next(FeatureList.Categorical[i].Cardinality);
        return _vector;
    }
}
