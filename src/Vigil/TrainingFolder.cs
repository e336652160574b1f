using Vigil.Backtest;
using Vigil.Model;

namespace Vigil;

/// <summary>
/// What an encoder's training keeps on disk while it runs, in a folder beside the model's own: its state, from which the same command goes on after a kill, and
/// its log. At the end the log and its curves lie beside the model, and the folder is gone.
/// </summary>
sealed class TrainingFolder(string model)
{
    const string LogFile = "training.csv";

    readonly string _path = Path.TrimEndingDirectorySeparator(model) + ".training";

    /// <summary>Creates the folder; the same request, kept there.</summary>
    internal TrainRequest Keep(TrainRequest request)
    {
        if (request.Baseline is not null) return request; // they are trained in one go
        Directory.CreateDirectory(_path);
        return request with
        {
            Training = request.Training with { StateFile = Path.Combine(_path, "state.safetensors") },
            Log = Path.Combine(_path, LogFile),
        };
    }

    /// <summary>Writes the model, and what tells of its training.</summary>
    internal void Save(FraudModel trained)
    {
        trained.Save(model);
        if (!Directory.Exists(_path)) return;
        string log = Path.Combine(_path, LogFile);
        if (File.Exists(log)) File.Move(log, Path.Combine(model, LogFile), overwrite: true);
        TrainingCurves.Write(TrainingLog.Read(Path.Combine(model, LogFile)), Path.Combine(model, "training.png"));
        Directory.Delete(_path, recursive: true);
    }
}
