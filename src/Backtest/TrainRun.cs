using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil.Backtest;

/// <summary>Trains a model on a history that ran through the streaming path once.</summary>
public static class TrainRun
{
    const double SuggestedAlertRate = 0.005;

    /// <summary>
    /// A model trained on a window. With validation folds, an encoder is calibrated on them, and the notes hold their mean metrics and a suggested threshold:
    /// the score that alerts on 0.5 % of the validation rows.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The training window overlaps a validation fold's test window, or holds labels that arrive after its start.
    /// </exception>
    /// <exception cref="InvalidDataException">A feature to leave out is unknown, a hybrid's encoder was trained under other feature options or without other
    /// features, the history holds no fraud or no genuine transaction in a window, or the device to train on is not there; the message says which.</exception>
    public static FraudModel Run(TrainRequest request, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (request.Baseline is null) request.Training.RequireDevice();
        foreach (Fold fold in request.Validation) _ = new Fold(request.Train, request.LabelDelay, fold.Test);
        var validation = new ValidationRows(request.Validation);
        TrainingSet set = Read(request, validation, progress, cancellationToken);
        FraudModel model = Train(set, request, validation, progress, cancellationToken);
        if (request.Validation.Count == 0) return model;
        Calibration? calibration = request.Baseline is null ? validation.Calibrate() : null;
        model = model.WithNotes(Notes(model, validation, calibration));
        return calibration is not null && model is Checkpoint checkpoint ? checkpoint.WithCalibration(calibration) : model;
    }

    static FraudModel Train(
        TrainingSet set, TrainRequest request, ValidationRows validation, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        Func<ReadOnlyMemory<float>, double>? evaluate = request.Validation.Count == 0 ? null : validation.Evaluate;
        if (request.Baseline is { } baseline)
        {
            progress?.Report(new(RunStage.Train, 0));
            return BaselineTrainer.Train(set, baseline, evaluate, cancellationToken);
        }
        using TrainingLog? log = request.Log is { } path ? new(path, () => validation.Newest) : null;
        return Trainer.Train(set, request.Training, evaluate, new TrainingReport(progress, log), cancellationToken);
    }

    static TrainingSet Read(TrainRequest request, ValidationRows validation, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        Instant known = LearnsUnlabelled(request) ? request.Train.To + request.LabelDelay : request.Train.To;
        Instant end = request.Validation.Select(fold => fold.Test.To).Append(known).Max();
        var reading = new ReplayReport(progress, RunStage.Read, end);
        CheckpointManifest? encoder = request.Baseline?.Encoder?.Manifest;
        encoder?.Features.EnsureSame(FeatureReplay.Options);
        var set = new TrainingSet(encoder?.Config ?? request.Training.Config, FeatureReplay.Options, request.Without);
        var counts = new LabelCounts();
        foreach (ReplayedTransaction row in FeatureReplay.Read(request.History, request.LabelDelay, end, validation.Rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            reading.Report(row.EventTime);
            RowRole role = validation.Add(row) ? RowRole.Validate : RoleOf(row, request);
            if (role == RowRole.Train) counts.Add(row.Fraud);
            set.Add(row.Features, role, row.Fraud);
        }
        counts.Require($"the training window {request.Train.From} to {request.Train.To}");
        validation.Require();
        return set;
    }

    /// <summary>Every transaction is known without its label until the training begins: when the last label of its window has arrived.</summary>
    static RowRole RoleOf(in ReplayedTransaction row, TrainRequest request) =>
        IsLearnt(row.Labelled, request) ? RowRole.Train
        : LearnsUnlabelled(request) && row.EventTime < request.Train.To + request.LabelDelay ? RowRole.Unlabelled
        : RowRole.Context;

    static bool LearnsUnlabelled(TrainRequest request) => request.Training.PretrainEpochs > 0 || request.Training.Teacher is not null;

    /// <summary>A label that arrives more than a label delay after the training window's end comes too late to be learnt.</summary>
    static bool IsLearnt(in LabelledTransaction labelled, TrainRequest request) =>
        request.Train.Contains(labelled.Transaction.EventTime) && labelled.Value is not null
        && (labelled.LabelTime is not { } arrival || arrival <= request.Train.To + request.LabelDelay);

    static CheckpointNotes Notes(FraudModel model, ValidationRows validation, Calibration? calibration)
    {
        FoldMetrics mean = validation.Newest ?? throw new InvalidOperationException("the trainer never asked for the validation figure");
        float threshold = validation.ThresholdOf(SuggestedAlertRate);
        return model.Manifest.Notes with
        {
            Threshold = calibration?.OfProbability(threshold) ?? threshold,
            Metrics = new Dictionary<string, double>
            {
                ["validation.aucRoc"] = mean.AucRoc,
                ["validation.averagePrecision"] = mean.AveragePrecision,
                ["validation.cardPrecisionAt100"] = mean.CardPrecisionAt100,
                ["validation.alertRate"] = SuggestedAlertRate,
            },
        };
    }
}
