using Vigil.Ingest;
using Vigil.Model;

namespace Vigil.Backtest;

/// <summary>What a run is doing.</summary>
public enum RunStage
{
    /// <summary>Reading the history through the features.</summary>
    Read,
    /// <summary>Learning fields of transactions, without labels.</summary>
    Pretrain,
    /// <summary>Learning labels.</summary>
    Train,
    /// <summary>Replaying the history into the scorer and scoring the test window.</summary>
    Score,
}

/// <summary>Where a training or a backtest stands.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Share">How far the stage is, 0 to 1.</param>
/// <param name="Fold">The fold, from 1; 0 outside a backtest.</param>
/// <param name="Training">The encoder's own report, in <see cref="RunStage.Pretrain"/> and <see cref="RunStage.Train"/>.</param>
public sealed record RunProgress(RunStage Stage, double Share, int Fold = 0, TrainingProgress? Training = null);

/// <summary>Turns a trainer's reports into a run's, and into lines of its log.</summary>
sealed class TrainingReport(IProgress<RunProgress>? progress, TrainingLog? log) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        log?.Add(value);
        double epochs = value.Epoch - 1 + ((double)value.Batch / value.Batches);
        progress?.Report(new(value.Stage == TrainingStage.Pretrain ? RunStage.Pretrain : RunStage.Train, epochs / value.Epochs, Training: value));
    }
}

/// <summary>Turns the event time that a replay has reached into a share of its span, a report a day.</summary>
sealed class ReplayReport(IProgress<RunProgress>? progress, RunStage stage, Instant end) : IProgress<Instant>
{
    static readonly TimeSpan Every = TimeSpan.FromDays(1);

    Instant? _start;
    Instant _next;

    public void Report(Instant value)
    {
        if (progress is null || (_start is not null && value < _next)) return;
        _start ??= value;
        _next = value + Every;
        progress.Report(new(stage, Math.Clamp((value - _start.Value) / (end - _start.Value), 0, 1)));
    }
}

/// <summary>Adds the fold to the reports of its parts.</summary>
sealed class FoldReport(IProgress<RunProgress> progress, int fold) : IProgress<RunProgress>
{
    public void Report(RunProgress value) => progress.Report(value with { Fold = fold });
}
