using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vigil.Model;

/// <summary>All that a training goes on from: its position, and tensors by name.</summary>
sealed record TrainingState(TrainingPosition Position, IReadOnlyDictionary<string, Weight> Tensors);

/// <summary>
/// The file that keeps a training while it runs: a safetensors file with the position beside the tensors, replaced as a whole, so that a kill at any moment
/// leaves the one before it or the new one.
/// </summary>
/// <param name="path">Its folder must exist.</param>
/// <param name="training">Which training it is: a digest of all that decides its course.</param>
sealed class TrainingStateFile(string path, string training)
{
    const string PositionName = "position", TrainingName = "training";

    static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    internal void Save(TrainingState state)
    {
        var texts = new Dictionary<string, string> { [TrainingName] = training, [PositionName] = JsonSerializer.Serialize(state.Position, _json) };
        string partial = path + ".partial";
        using (var file = new FileStream(partial, FileMode.Create, FileAccess.Write))
        {
            file.Write(Safetensors.Write(state.Tensors, texts));
            file.Flush(flushToDisk: true);
        }
        File.Move(partial, path, overwrite: true);
    }

    /// <summary>What was kept last; null where nothing was.</summary>
    /// <exception cref="InvalidDataException">It is cut, or of another training.</exception>
    internal TrainingState? Load()
    {
        if (!File.Exists(path)) return null;
        var tensors = Safetensors.Read(File.ReadAllBytes(path), path, out var texts);
        ModelFolder.Expect(
            texts.GetValueOrDefault(TrainingName), training, $"{path}: state of the training",
            "the data or the options are others than those of the training that was interrupted; give those again, or delete the file to start anew");
        var position = JsonSerializer.Deserialize<TrainingPosition>(texts[PositionName], _json) ?? throw new InvalidDataException($"{path}: found no position");
        return new(position, tensors);
    }
}
