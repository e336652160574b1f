namespace Vigil.Model;

/// <summary>The stages of a training, in their order.</summary>
public enum TrainingStage
{
    /// <summary>Fields of transactions are hidden and predicted; no label is seen.</summary>
    Pretrain,
    /// <summary>Labels are learnt.</summary>
    Train,
}
