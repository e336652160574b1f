namespace Vigil.Model.Baselines;

/// <summary>Trains a baseline on the rows that an encoder would be trained on. The same set, options and machine give the same model, bit for bit.</summary>
public static class BaselineTrainer
{
    /// <summary>Learns from the set's training rows.</summary>
    /// <param name="set">At least one row to train on.</param>
    /// <param name="options">How.</param>
    /// <param name="evaluate">Told the probabilities of the validation rows in the order in which they were added; null, or no such rows: not asked.</param>
    /// <param name="cancellationToken">Asked between the steps of the learning.</param>
    /// <exception cref="ArgumentException">The set has no row to train on, or was cut for another segment length than the encoder's; or an encoder is missing,
    /// or one too many.</exception>
    /// <exception cref="InvalidDataException">The encoder was trained without other features than the set's.</exception>
    public static BaselineModel Train(
        TrainingSet set, BaselineOptions options, Func<ReadOnlyMemory<float>, double>? evaluate = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        if (set.TrainRows == 0) throw new ArgumentException("the training set has no row to train on", nameof(set));
        if (options.Config.ReadsEncoder != options.Encoder is not null)
            throw new ArgumentException("a hybrid reads an encoder, other baselines none", nameof(options));
        if (options.Encoder is { } encoder) Require(encoder.Manifest, set);
        BaselineModel model = Fit(set, options, cancellationToken);
        if (set.ValidateRows > 0) evaluate?.Invoke(Validate(set, options, model));
        return model;
    }

    /// <summary>Trains a baseline on the set's labels and writes what it says of the set's unlabelled rows there.</summary>
    internal static void Teach(TrainingSet set, BaselineOptions options, CancellationToken cancellationToken)
    {
        BaselineModel teacher = Train(set, options, cancellationToken: cancellationToken);
        foreach ((TrainingSegment segment, int row, float score) in Scores(set, RowRole.Unlabelled, options, teacher)) segment.Taught[row] = score;
    }

    static void Require(CheckpointManifest encoder, TrainingSet set)
    {
        if (encoder.Config.Segment != set.Segment)
            throw new ArgumentException($"the training set was cut into segments of {set.Segment}, the encoder's are of {encoder.Config.Segment}", nameof(set));
        ModelFolder.Expect(
            string.Join(", ", encoder.Features.Without ?? []), string.Join(", ", set.Features.Without ?? []), "features that the encoder was trained without",
            "train it without the same ones");
    }

    static BaselineModel Fit(TrainingSet set, BaselineOptions options, CancellationToken cancellationToken)
    {
        var manifest = new BaselineManifest
        {
            Baseline = options.Config,
            Features = set.Features,
            Normalisation = options.Encoder is null ? Normalisation.Of(set, bins: 0) : null,
            Hash = "",
            Data = set.Data,
            Seed = options.Seed,
            Notes = new() { Provenance = options.Provenance },
        };
        var columns = new BaselineColumns(set.Features, options.Encoder?.Manifest.Config);
        var rows = new BaselineRows(columns, set.TrainRows);
        int row = 0;
        foreach ((TrainingSegment segment, int i, float[] values) in Read(set, RowRole.Train, columns, options.Encoder))
        {
            values.CopyTo(rows[row]);
            rows.Labels[row++] = segment.Frauds[i] ? 1 : 0;
        }
        return BaselineModel.Create(manifest, options.Config.Fit(rows, options.Seed, cancellationToken), options.Encoder);
    }

    static float[] Validate(TrainingSet set, BaselineOptions options, BaselineModel model)
    {
        float[] probabilities = new float[set.ValidateRows];
        foreach ((TrainingSegment segment, int row, float score) in Scores(set, RowRole.Validate, options, model))
            probabilities[segment.ValidateIndex[row]] = score;
        return probabilities;
    }

    /// <summary>Every row of a role, and its probability of fraud.</summary>
    static IEnumerable<(TrainingSegment Segment, int Row, float Probability)> Scores(
        TrainingSet set, RowRole role, BaselineOptions options, BaselineModel model)
    {
        var columns = new BaselineColumns(set.Features, options.Encoder?.Manifest.Config);
        return Read(set, role, columns, options.Encoder).Select(row => (row.Segment, row.Row, model.Score(row.Values).Probability));
    }

    /// <summary>Every row of a role as a baseline reads it; the values are overwritten by the next.</summary>
    static IEnumerable<(TrainingSegment Segment, int Row, float[] Values)> Read(TrainingSet set, RowRole role, BaselineColumns columns, Checkpoint? encoder)
    {
        float[] values = new float[columns.Width];
        if (encoder is null)
        {
            foreach ((TrainingSegment segment, int row) in set.RowsWith(role))
            {
                columns.Fill(values, segment.NumericOf(row).Span, segment.CategoricalOf(row).Span);
                yield return (segment, row, values);
            }
            yield break;
        }
        var encoded = new EncodedWindows(encoder);
        foreach ((TrainingSegment segment, int row, float logit) in encoded.Rows(set, role))
        {
            columns.Fill(values, segment.NumericOf(row).Span, segment.CategoricalOf(row).Span);
            columns.FillEncoded(values, encoded.Encoded, logit);
            yield return (segment, row, values);
        }
    }
}
