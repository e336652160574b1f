using Vigil.Model.Baselines;

namespace Vigil.Model;

/// <summary>A trained model, as every verb takes it: an encoder's <see cref="Checkpoint"/>, or a <see cref="BaselineModel"/>.</summary>
public abstract class FraudModel
{
    internal FraudModel()
    {
    }

    /// <summary>What the model needs, and where it comes from.</summary>
    public abstract ModelManifest Manifest { get; }

    /// <summary>Reads a model of any kind from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list or by another version; the message
    /// says what was found and what was expected.</exception>
    public static FraudModel Load(string folder) =>
        BaselineModel.IsIn(folder) ? BaselineModel.Load(folder)
        : Checkpoint.IsIn(folder) ? Checkpoint.Load(folder)
        : throw new InvalidDataException($"{folder}: found no model's file, expected model.safetensors or baseline.txt, as vigil train writes them");

    /// <summary>Writes the model and its manifest into a folder, which is created.</summary>
    public abstract void Save(string folder);

    /// <summary>The same model with other notes.</summary>
    public abstract FraudModel WithNotes(CheckpointNotes notes);

    /// <summary>A scorer that has seen nothing.</summary>
    /// <param name="options">What the operator sets; null for the defaults, which is the default.</param>
    public abstract IFraudScorer NewScorer(ModelOptions? options = null);
}
