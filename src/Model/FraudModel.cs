using Vigil.Model.Baselines;

namespace Vigil.Model;

/// <summary>A trained model: the encoder's <see cref="Checkpoint"/>, or a <see cref="BaselineModel"/> that it is measured against.</summary>
public abstract class FraudModel
{
    internal FraudModel()
    {
    }

    /// <summary>What the model needs, and where it comes from.</summary>
    public abstract ModelManifest Manifest { get; }

    /// <summary>Reads a model of either kind from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list or by another version; the message
    /// says what was found and what was expected.</exception>
    public static FraudModel Load(string folder) => BaselineModel.IsIn(folder) ? BaselineModel.Load(folder) : Checkpoint.Load(folder);

    /// <summary>Writes the model and its manifest into a folder, which is created.</summary>
    public abstract void Save(string folder);

    /// <summary>The same model with other notes.</summary>
    public abstract FraudModel WithNotes(CheckpointNotes notes);

    /// <summary>A scorer that has seen nothing.</summary>
    public abstract IFraudScorer NewScorer();
}
