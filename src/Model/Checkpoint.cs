namespace Vigil.Model;

/// <summary>A trained model: its weights and the manifest that says how to run them.</summary>
public sealed class Checkpoint
{
    internal Checkpoint(CheckpointManifest manifest)
    {
        Manifest = manifest;
    }

    /// <summary>How to run the weights, and where they come from.</summary>
    public CheckpointManifest Manifest { get; }

    /// <summary>Reads model.safetensors and manifest.json from a folder.</summary>
    /// <exception cref="InvalidDataException">A file is missing, cut or altered, or was made for another feature list or architecture; the message
    /// says what was found and what was expected.</exception>
    public static Checkpoint Load(string folder) => throw new NotImplementedException();

    /// <summary>Writes model.safetensors and manifest.json into a folder, which is created.</summary>
    public void Save(string folder) => throw new NotImplementedException();

    /// <summary>The same model with other notes.</summary>
    public Checkpoint With(CheckpointNotes notes) => new(Manifest with { Notes = notes });
}
