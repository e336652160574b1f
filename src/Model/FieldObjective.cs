using System.Text.RegularExpressions;
using TorchSharp;
using Vigil.Features;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

/// <summary>
/// No labels: fields of transactions are hidden, each by chance, and predicted from what is left of the transaction and from those before it. Amount and time
/// since the card's last transaction by their bins (<see cref="NumericBins"/>), categories by class. What would tell a hidden number is hidden with it; a
/// hidden category reads as 0. The rotary angles still tell times apart: to read them there is what this shall learn.
/// </summary>
sealed class FieldObjective : TrainingObjective
{
    /// <summary>A number to predict, and the features that tell it.</summary>
    static readonly (string Name, string Telling)[] _numbers =
    [
        ("amount", "^amount(_ratio|_zscore_by_card|_over_median_30d_by_card)?$"),
        ("time_delta", "^time_delta$|_(100ms|1s|10s|1min|10min|1h|1d)_by_card$"),
    ];

    readonly TrainingEncoders _encoders;
    readonly TrainingOptions _options;
    readonly FieldHeads _heads;
    readonly Tensor _telling; // (G + 1, N): the inputs that each number's hiding takes, and those that stay

    internal FieldObjective(TrainingEncoders encoders, TrainingSet set, TrainingOptions options)
    {
        (_encoders, _options) = (encoders, options);
        Windows = [.. set.WindowsWith(RowRole.Train).Union(set.WindowsWith(RowRole.Unlabelled))];
        Rows = Math.Max(1, (set.TrainRows + set.UnlabelledRows) * Fields * options.PretrainMask);
        int[] classes =
        [
            .. _numbers.Select(_ => Math.Max(1, options.Config.Bins)),
            .. FeatureList.Categorical.Select(field => field.Cardinality),
        ];
        _heads = new(options.Config.Width, classes);
        var device = encoders.Device;
        _heads.to(device);
        long[] shape = [_numbers.Length + 1, options.Config.Inputs(FeatureList.Numeric.Count)];
        _telling = tensor(Telling(options.Config), shape, device: device).DetachFromDisposeScope();
    }

    static int Fields => _numbers.Length + FeatureList.Categorical.Count;

    internal override IReadOnlyList<TrainingWindow> Windows { get; }

    internal override double Rows { get; }

    /// <summary>But for the encoder's own head, which no field is told by.</summary>
    internal override IEnumerable<TrainedParameter> Parameters => _encoders.Parameters
        .Where(parameter => !parameter.Name.StartsWith("head.", StringComparison.Ordinal)).Concat(TrainedParameter.Of(_heads, _heads));

    public override void Dispose()
    {
        _heads.Dispose();
        _telling.Dispose();
    }

    internal override (Tensor Loss, int Rows) Loss(TrainingWindow[] windows, double rowsPerBatch, int draw)
    {
        var batch = _encoders.LearntBatches.Fill(windows);
        var hidden = new HiddenFields(windows, batch, Fields, _options.PretrainMask, new Random(unchecked((_options.Seed * 1_000_003) + draw)), TargetOf);
        var device = batch.Numeric.device;
        var seen = batch with
        {
            Numeric = batch.Numeric * matmul(hidden.ShownNumbers(_numbers.Length, device), _telling).to(batch.Numeric.dtype), // (B, T, N)
            Categorical = batch.Categorical * hidden.ShownCategories(_numbers.Length, device),                  // (B, T, C)
        };
        var predicted = _heads.forward(_encoders.Learnt.Encode(seen).to(ScalarType.Float32));                   // per field (B, Q, K)
        var loss = zeros(1, device: device);
        for (int field = 0; field < predicted.Length; field++)
        {
            var logits = predicted[field].flatten(0, 1);
            var targets = hidden.Targets(field, device);
            loss = loss.Plus(F.cross_entropy(logits, targets, ignore_index: HiddenFields.Ignored, reduction: Reduction.Sum));
        }
        return ((loss * tensor([(float)(1 / rowsPerBatch)], device: device)).sum(), hidden.Count);
    }

    /// <summary>The class of a transaction's field.</summary>
    long TargetOf(TrainingSegment segment, int row, int field) => field < _numbers.Length
        ? _encoders.Batches.BinOf(segment, row, FeatureList.IndexOf(_numbers[field].Name))
        : segment.CategoricalOf(row).Span[field - _numbers.Length];

    static float[] Telling(EncoderConfig config)
    {
        int features = FeatureList.Numeric.Count, inputs = config.Inputs(features);
        float[] telling = new float[(_numbers.Length + 1) * inputs];
        for (int input = 0; input < inputs; input++)
        {
            string name = FeatureList.Numeric[input % features].Name;
            int number = Array.FindIndex(_numbers, number => Regex.IsMatch(name, number.Telling, RegexOptions.CultureInvariant));
            telling[((number < 0 ? _numbers.Length : number) * inputs) + input] = 1;
        }
        return telling;
    }
}
