using Vigil.Ingest;
using Vigil.Model;
using Vigil.Model.Baselines;

namespace Vigil.Backtest;

/// <summary>Trains a model on a history that ran through the streaming path once.</summary>
public static class TrainRun
{
    const double SuggestedAlertRate = 0.005;

    /// <summary>
    /// A model trained on a window. With validation folds, its notes hold their mean metrics and a suggested threshold: the score that
    /// alerts on 0.5 % of the validation rows.
    /// </summary>
    /// <exception cref="ArgumentException">The training window overlaps a validation fold's test window, or holds labels that arrive after its start.</exception>
    /// <exception cref="InvalidDataException">A feature to leave out is unknown, or the history holds no fraud or no genuine transaction in a window; the message says which.</exception>
    public static FraudModel Run(TrainRequest request, IProgress<RunProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        foreach (Fold fold in request.Validation) _ = new Fold(request.Train, request.LabelDelay, fold.Test);
        var validation = new ValidationRows(request.Validation);
        TrainingSet set = Read(request, validation, progress, cancellationToken);
        FraudModel model = Train(set, request, request.Validation.Count == 0 ? null : validation.Evaluate, progress, cancellationToken);
        return request.Validation.Count == 0 ? model : model.WithNotes(Notes(model, validation));
    }

    static FraudModel Train(
        TrainingSet set, TrainRequest request, Func<ReadOnlyMemory<float>, double>? evaluate, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        if (request.Baseline is null)
            return Trainer.Train(set, request.Training, evaluate, progress is null ? null : new TrainingReport(progress), cancellationToken);
        progress?.Report(new(RunStage.Train, 0));
        return BaselineTrainer.Train(set, request.Baseline, evaluate, cancellationToken);
    }

    static TrainingSet Read(TrainRequest request, ValidationRows validation, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        Instant end = request.Validation.Select(fold => fold.Test.To).Append(request.Train.To).Max();
        var reading = new ReplayReport(progress, RunStage.Read, end);
        var set = new TrainingSet(request.Training.Config, FeatureReplay.Options, request.Without);
        var counts = new LabelCounts();
        foreach (ReplayedTransaction row in FeatureReplay.Read(request.History, request.LabelDelay, end, validation.Rows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            reading.Report(row.EventTime);
            RowRole role = validation.Add(row) ? RowRole.Validate : IsLearnt(row.Labelled, request) ? RowRole.Train : RowRole.Context;
            if (role == RowRole.Train) counts.Add(row.Fraud);
            set.Add(row.Features, role, row.Fraud);
        }
        counts.Require($"the training window {request.Train.From} to {request.Train.To}");
        validation.Require();
        return set;
    }

    /// <summary>A label that arrives more than a label delay after the training window's end comes too late to be learnt.</summary>
    static bool IsLearnt(in LabelledTransaction labelled, TrainRequest request) =>
        request.Train.Contains(labelled.Transaction.EventTime) && labelled.Value is not null
        && (labelled.LabelTime is not { } arrival || arrival <= request.Train.To + request.LabelDelay);

    static CheckpointNotes Notes(FraudModel model, ValidationRows validation)
    {
        FoldMetrics mean = validation.Best ?? throw new InvalidOperationException("the trainer never asked for the validation figure");
        return model.Manifest.Notes with
        {
            Threshold = validation.ThresholdOf(SuggestedAlertRate),
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
