using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Vigil.Model;

/// <summary>
/// The labels, and beside them what a teacher says of rows without one: cross entropy, in which a fraud may weigh more, and a row less the better it is
/// told already.
/// </summary>
sealed class FraudObjective(TrainingEncoders encoders, TrainingSet set, TrainingOptions options) : TrainingObjective
{
    internal override IReadOnlyList<TrainingWindow> Windows { get; } =
        [.. options.Teacher is null ? set.WindowsWith(RowRole.Train) : set.WindowsWith(RowRole.Train).Union(set.WindowsWith(RowRole.Unlabelled))];

    internal override double Rows { get; } = set.TrainRows + (options.Teacher is null ? 0 : set.UnlabelledRows);

    internal override IEnumerable<TrainedParameter> Parameters => encoders.Parameters;

    internal override (Tensor Loss, int Rows) Loss(TrainingWindow[] windows, double rowsPerBatch, int draw)
    {
        var logits = encoders.Learnt.forward(encoders.LearntBatches.Fill(windows)).to(ScalarType.Float32); // (B, Q)
        var (labels, weights, rows) = Labels(windows, (int)logits.shape[1], rowsPerBatch, logits.device);
        var losses = F.binary_cross_entropy_with_logits(logits, labels, reduction: Reduction.None) * weights;
        return ((options.FocalGamma > 0 ? losses * Focus(logits, labels) : losses).sum(), rows);
    }

    public override void Dispose()
    {
        // The encoders are the caller's.
    }

    /// <summary>Labels, or a teacher's probabilities, and weights of a batch's own rows; what is not learnt weighs 0.</summary>
    (Tensor Labels, Tensor Weights, int Rows) Labels(TrainingWindow[] windows, int length, double rowsPerBatch, Device device)
    {
        float[] labels = new float[windows.Length * length], weights = new float[windows.Length * length];
        int rows = 0;
        for (int i = 0; i < windows.Length; i++)
        {
            var own = windows[i].Own;
            for (int row = 0; row < own.Count; row++)
            {
                (float label, double weight) = Lesson(own, row);
                if (weight == 0) continue;
                labels[(i * length) + row] = label;
                weights[(i * length) + row] = (float)(weight / rowsPerBatch);
                rows++;
            }
        }
        return (tensor(labels, [windows.Length, length], device: device), tensor(weights, [windows.Length, length], device: device), rows);
    }

    (float Label, double Weight) Lesson(TrainingSegment own, int row) => own.Roles[row] switch
    {
        RowRole.Train when own.Frauds[row] => (1, options.FraudWeight),
        RowRole.Train => (0, 1),
        RowRole.Unlabelled when options.Teacher is not null => (own.Taught[row], options.TeacherWeight),
        _ => (0, 0),
    };

    /// <summary>(1 - p)^γ, p the probability given to what the row is: e^(γ ln σ(±logit)).</summary>
    Tensor Focus(Tensor logits, Tensor labels)
    {
        var wrong = logits - (labels * (logits * Constant(2)));                                     // (B, Q), the logit of what the row is not
        return exp(F.logsigmoid(wrong) * Constant((float)options.FocalGamma));

        Tensor Constant(float value) => tensor([value], device: logits.device);
    }
}
