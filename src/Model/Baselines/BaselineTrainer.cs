namespace Vigil.Model.Baselines;

/// <summary>Trains a baseline on the rows that an encoder would be trained on. The same set, options and machine give the same model, bit for bit.</summary>
public static class BaselineTrainer
{
    /// <summary>Learns from the set's training rows.</summary>
    /// <param name="set">At least one row to train on.</param>
    /// <param name="options">How.</param>
    /// <param name="evaluate">Told the probabilities of the validation rows in the order in which they were added; null, or no such rows: not asked.</param>
    /// <param name="cancellationToken">Asked between the steps of the learning.</param>
    /// <exception cref="ArgumentException">The set has no row to train on.</exception>
    public static BaselineModel Train(
        TrainingSet set, BaselineOptions options, Func<ReadOnlyMemory<float>, double>? evaluate = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        if (set.TrainRows == 0) throw new ArgumentException("the training set has no row to train on", nameof(set));
        BaselineModel model = Fit(set, options, cancellationToken);
        if (set.ValidateRows > 0) evaluate?.Invoke(Validate(set, model));
        return model;
    }

    static BaselineModel Fit(TrainingSet set, BaselineOptions options, CancellationToken cancellationToken)
    {
        var manifest = new BaselineManifest
        {
            Baseline = options.Config,
            Features = set.Features,
            Hash = "",
            Data = set.Data,
            Seed = options.Seed,
            Notes = new() { Provenance = options.Provenance },
        };
        return BaselineModel.Create(manifest, options.Config.Fit(Rows(set), options.Seed, cancellationToken));
    }

    static BaselineRows Rows(TrainingSet set)
    {
        var rows = new BaselineRows(new(set.Features), set.TrainRows);
        int row = 0;
        foreach ((TrainingSegment segment, int i) in set.RowsWith(RowRole.Train))
        {
            rows.Columns.Fill(rows[row], segment.NumericOf(i).Span, segment.CategoricalOf(i).Span);
            rows.Labels[row++] = segment.Frauds[i] ? 1 : 0;
        }
        return rows;
    }

    static float[] Validate(TrainingSet set, BaselineModel model)
    {
        BaselineScorer scorer = model.NewBaselineScorer();
        float[] probabilities = new float[set.ValidateRows];
        foreach ((TrainingSegment segment, int i) in set.RowsWith(RowRole.Validate))
            probabilities[segment.ValidateIndex[i]] = scorer.Score(segment.NumericOf(i).Span, segment.CategoricalOf(i).Span).Probability;
        return probabilities;
    }
}
